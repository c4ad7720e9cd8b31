/* Makes pages handier; each works without it. Keyed on data-*:
   data-load: fetch the part (data-part) of another page into place, with its style sheets
   data-count: say how many characters are left
   data-module, data-used: a module of its own, woken at once or when used
   data-keep: a choice kept in this browser (size of text)
   data-dialog, data-print, data-printed (the day of it), data-focus, data-once (sent once in 9 s) */
"use strict";
const find = (pick) => document.querySelector(pick);
const on = (kind, pick, act) =>
  document.addEventListener(kind, (event) => {
    const found = event.target.closest?.(pick);
    if (found) act(found, event);
  });

const count = (box) => {
  const says = find(`#${box.id}_count`);
  if (!says) return;
  const left = box.dataset.count - [...box.value].length;
  says.textContent = says.dataset[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  says.classList.toggle("field__error", left < 0);
};

const bring = async (box, path) => (await import(path)).wake(box);
const wake = (part) => {
  part.querySelectorAll("[data-count]").forEach(count);
  part.querySelectorAll("[data-module]").forEach((box) => bring(box, box.dataset.module));
  part.querySelector("[data-focus]")?.focus();
};

on("input", "[data-count]", count);
on("focusin", "[data-used]", (box) => {
  bring(box, box.dataset.used);
  delete box.dataset.used;
});
on("click", "[data-print]", () => print());
addEventListener("beforeprint", () => {
  const day = find("[data-printed]");
  if (day) day.textContent = new Date().toLocaleDateString("vi");
});
on("click", "[data-dialog]", (button, event) => {
  event.preventDefault();
  find(`#${button.dataset.dialog}`).showModal();
});

on("submit", "[data-once]", (form, event) => {
  if (Date.now() - form.dataset.sent < 9e3) event.preventDefault();
  else form.dataset.sent = Date.now();
});
addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

on("click", "[data-load]", async (link, event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-part]");
    if (!answer.ok || !part) throw answer.status;
    for (const sheet of page.querySelectorAll("link[rel=stylesheet]"))
      if (!find(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    find(link.dataset.load).replaceChildren(part);
    link.hidden = true;
    wake(part);
    part.querySelector("input:not([type=hidden]), textarea")?.focus();
  } catch {
    location = link.href;
  }
});

wake(document);

const kept = find("[data-keep]");
try {
  kept.querySelector(`[value="${localStorage[kept.dataset.keep]}"]`)?.click();
  kept.onchange = (event) => (localStorage[kept.dataset.keep] = event.target.value);
} catch {} // no choice here, or nothing may be kept
