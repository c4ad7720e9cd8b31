/* The moderators' queue by keyboard: J, K next and previous; P publish; 1 to 9 decline by that rule; X choose; U undo.
   A rule's own sentence is put into an empty reason. The page works without this. */
"use strict";
const rows = [...document.querySelectorAll("[data-queue-row]")];
let at = 0;

const go = (to) => {
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at]?.focus();
};

const fill = (select) => {
  const reason = select.closest("details, fieldset").querySelector("[data-queue-reason]");
  const sentences = [...select.options].map((each) => each.dataset.sentence ?? "");
  if (!reason.value || sentences.includes(reason.value)) reason.value = sentences[select.selectedIndex];
};

const declineBy = (number) => {
  const box = rows[at]?.querySelector("[data-queue-decline]");
  const select = box?.querySelector("[data-queue-rule]");
  if (![...(select?.options ?? [])].some((each) => each.value === number)) return;
  box.open = true;
  select.value = number;
  fill(select);
  const reason = box.querySelector("[data-queue-reason]");
  reason.focus();
  reason.setSelectionRange(reason.value.length, reason.value.length);
};

const KEYS = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  p: () => rows[at]?.querySelector("[name=publish]").click(),
  x: () => rows[at]?.querySelector("[name=pick]").click(),
  u: () => document.querySelector("[name=undo]")?.click(),
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-queue-rule]")) fill(event.target);
});
document.addEventListener("focusin", (event) => {
  const row = rows.indexOf(event.target.closest("[data-queue-row]"));
  if (row >= 0) at = row;
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (isTyping) {
    if (event.key === "Enter" && event.ctrlKey)
      event.target.closest("details, fieldset")?.querySelector("[name^=decline]")?.click();
    if (event.key === "Escape") go(at);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = /^[1-9]$/.test(event.key) ? () => declineBy(event.key) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.querySelector("[data-queue-keys]")?.removeAttribute("hidden");
go(0);
