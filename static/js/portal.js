/* What makes a page handier where JavaScript runs; every page works without it. Keyed on data-* attributes alone:
   data-load       fetch the part (data-part) of another page into place, with the style sheets it needs
   data-count      say how many characters are left
   data-module     a module of its own, given this element (human-check.js)
   data-keep       a choice that this browser remembers (the size of text)
   data-used       a module of its own, once something in this element is used (suggest.js)
   data-dialog, data-print, data-focus, data-once (a form sent once) */
"use strict";
const on = (kind, pick, act) =>
  document.addEventListener(kind, (event) => {
    const found = event.target.closest?.(pick);
    if (found) act(found, event);
  });

const count = (box) => {
  const says = document.getElementById(box.id + "_count");
  if (!says) return;
  const left = box.dataset.count - [...box.value].length;
  says.textContent = says.dataset[left < 0 ? "over" : "left"].replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  says.classList.toggle("field__error", left < 0);
};

const wake = (part) => {
  part.querySelectorAll("[data-count]").forEach(count);
  part.querySelectorAll("[data-module]").forEach(async (box) => (await import(box.dataset.module)).wake(box));
  part.querySelector("[data-focus]")?.focus();
};

on("input", "[data-count]", count);
on("focusin", "[data-used]", async (box) => {
  const { used } = box.dataset;
  delete box.dataset.used;
  (await import(used)).wake(box);
});
on("click", "[data-print]", () => print());
on("click", "[data-dialog]", (button, event) => {
  event.preventDefault();
  document.getElementById(button.dataset.dialog).showModal();
});

on("submit", "[data-once]", (form, event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
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
      if (!document.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    document.querySelector(link.dataset.load).replaceChildren(part);
    link.hidden = true;
    wake(part);
    part.querySelector("input:not([type=hidden]), textarea")?.focus();
  } catch {
    location = link.href;
  }
});

wake(document);

const kept = document.querySelector("[data-keep]");
try {
  kept.querySelector(`[value="${localStorage[kept.dataset.keep]}"]`)?.click();
  kept.onchange = (event) => (localStorage[kept.dataset.keep] = event.target.value);
} catch {} // no such choice here, or nothing may be kept
