/* A comment that is being written is kept on this machine until it is sent: a lost connection, a closed page and a dead
   battery lose nothing. Name, title and content only; never a phone or an address. What was kept is forgotten after a week.
   data-keep     of an element inside the form: under which name
   data-forget   of an element on the page after sending: the same name */
"use strict";
const NAMES = ["name", "title", "content"];
const WEEK = 7 * 24 * 60 * 60 * 1000;

const store = (key, value) => {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false; /* a browser that keeps nothing */
  }
};

const stored = (key) => {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && Date.now() - found.at < WEEK ? found.values : null;
  } catch {
    return null;
  }
};

export const wake = (box) => {
  const { keep, forget } = box.dataset;
  const key = `binh-luan:${keep ?? forget}`;
  if (forget) return store(key);
  const form = box.closest("form");
  const part = (name) => form.querySelector(`[data-kept-${name}]`);
  const boxes = NAMES.map((name) => form.elements[name]);
  const fill = (values) =>
    boxes.forEach((each) => {
      each.value = values ? values[each.name] : each.defaultValue;
      each.dispatchEvent(new Event("input", { bubbles: true }));
    });

  const older = stored(key);
  if (!older) store(key);
  /* What the portal sent back after an error is newer than what is kept here. */
  else if (!form.elements.name.defaultValue && !form.elements.content.defaultValue) {
    fill(older);
    part("restored").hidden = false;
  }
  part("drop").addEventListener("click", () => {
    fill();
    store(key);
    part("restored").hidden = true;
    form.elements.name.focus();
  });
  form.addEventListener("input", (event) => {
    if (!boxes.includes(event.target)) return;
    const values = Object.fromEntries(boxes.map((each) => [each.name, each.value]));
    part("says").hidden = !store(key, { at: Date.now(), values });
  });
  form.addEventListener("submit", (event) => {
    part("offline").hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("online", () => (part("offline").hidden = true));
};
