/* Offers words and titles below the search box while one types. Links, so that they work as links do; arrow keys walk
   them, Escape puts them away. Their style sheet
   waits in a template. Without JavaScript the box searches as it always does. */
"use strict";
const PAUSE = 150;
const SHORTEST = 2;

export const wake = (box) => {
  const input = box.querySelector("[type=search]");
  const list = box.querySelector("[data-offered]");
  document.head.append(box.querySelector("template").content);
  let waiting;
  const close = () => (list.hidden = true);

  const ask = async () => {
    const typed = input.value.trim();
    if (typed.length < SHORTEST) return close();
    const asked = encodeURIComponent(typed);
    const answer = await fetch(`${box.dataset.offers}?q=${asked}`).catch(() => null);
    if (!answer?.ok || typed !== input.value.trim()) return;
    const { offered } = await answer.json();
    const lines = offered.map((text) => {
      const link = document.createElement("a");
      link.href = `${box.getAttribute("action")}?q=${encodeURIComponent(text)}`;
      link.textContent = text;
      link.lang = "vi";
      const line = document.createElement("li");
      line.append(link);
      return line;
    });
    list.replaceChildren(...lines);
    list.hidden = !lines.length;
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      close();
      input.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.hidden) return;
    event.preventDefault();
    const stops = [input, ...list.querySelectorAll("a")];
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) close();
  });
};
