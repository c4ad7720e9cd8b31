/* The moderators' queue by keyboard: J, K next and previous; P publish; 1 to 9 decline by that rule; X choose, A choose
   all, M to what is done with the chosen; U undo, Shift+U undo all. A rule's own sentence is put into an empty reason.
   After a decision the place stays: what comes next moves up to it. The page works without this. */
"use strict";
const PLACE = "queue-place";
const rows = [...document.querySelectorAll("[data-queue-row]")];
const find = (selector) => document.querySelector(selector);
let at = 0;
let isSent = false;

const go = (to) => {
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at]?.focus();
};

const letSend = () => {
  isSent = false;
};

const fill = (select) => {
  const reason = select.closest("details").querySelector("[data-queue-reason]");
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

const boxes = () => rows.map((row) => row.querySelector("[name=pick]"));

const count = () => {
  const chosen = boxes().filter((box) => box.checked).length;
  if (rows.length) find("[data-queue-count]").value = chosen ? `(${chosen})` : "";
};

const chooseAll = () => {
  const isOn = boxes().some((box) => !box.checked);
  for (const box of boxes()) box.checked = isOn;
  count();
};

const KEYS = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  p: () => rows[at]?.querySelector("[name=publish]").click(),
  x: () => rows[at]?.querySelector("[name=pick]").click(),
  a: () => find("[data-queue-all]")?.click(),
  m: () => find("[name=publish-many]")?.focus(),
  u: (event) => (event.shiftKey ? find("[name=undo-many]") : find("[name=undo]"))?.click(),
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-queue-rule]")) fill(event.target);
  if (event.target.matches("[name=pick]")) count();
});
document.addEventListener("focusin", (event) => {
  const row = rows.indexOf(event.target.closest("[data-queue-row]"));
  if (row >= 0) at = row;
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (isTyping) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      event.target.closest("details")?.querySelector("[name^=decline]")?.click();
    if (event.key === "Escape") go(at);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const act = /^[1-9]$/.test(key) ? () => declineBy(key) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  // A key that is held down walks through the list, but decides only once.
  if (!event.repeat || key === "j" || key === "k") act(event);
});
// A second click on a page that is already on its way would be told that the first one was faster.
document.addEventListener("submit", (event) => {
  if (isSent) event.preventDefault();
  isSent = true;
  setTimeout(letSend, 5000); // it was stopped on its way
  sessionStorage.setItem(PLACE, at);
});
window.addEventListener("pageshow", letSend);

for (const hidden of document.querySelectorAll("[data-queue-keys], [data-queue-all]"))
  hidden.removeAttribute("hidden");
find("[data-queue-all]")?.addEventListener("click", chooseAll);
const undo = find("[data-queue-undo]");
if (undo) setTimeout(() => undo.remove(), undo.dataset.queueUndo * 1000);
count();
go(Number(sessionStorage.getItem(PLACE)));
sessionStorage.removeItem(PLACE);
