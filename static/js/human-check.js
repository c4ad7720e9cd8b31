/* The human check where JavaScript runs: another code without losing what was typed, also before the old one's time is
   over; and silent work: while the reader types, it finds a number that takes some work to find, so that no code need be
   typed. The work needs a secure page (crypto.subtle); without it the picture, the sound and the question remain. */
"use strict";
const BATCH = 256;

const zeros = (sum) => {
  let bits = 0;
  for (const byte of new Uint8Array(sum)) {
    bits += Math.clz32(byte) - 24;
    if (byte) break;
  }
  return bits;
};

const work = async (box) => {
  const key = box.querySelector("[type=hidden]");
  const found = box.querySelector("[data-work]");
  const start = key.value;
  const isStill = () => key.value === start && box.isConnected;
  const encoder = new TextEncoder();
  for (let first = 0; !found.value && crypto.subtle && isStill(); first += BATCH) {
    const sums = await Promise.all(
      Array.from({ length: BATCH }, (_, each) => crypto.subtle.digest("SHA-256", encoder.encode(`${start}:${first + each}`))),
    );
    const which = sums.findIndex((sum) => zeros(sum) >= Number(found.dataset.work));
    if (which >= 0 && isStill()) found.value = first + which;
  }
  if (isStill()) box.querySelector("[data-work-says]").hidden = !found.value;
};

const renew = async (box, button) => {
  const answer = await fetch(button.dataset.refresh);
  const fresh = await answer.json();
  box.querySelector("img").src = fresh.image_url;
  box.querySelector("[type=hidden]").value = fresh.key;
  const sound = box.querySelector("audio");
  if (sound && fresh.audio_url) sound.src = fresh.audio_url;
  box.querySelector("[data-question]").textContent = fresh.question;
  box.querySelector("[data-work]").value = "";
  box.querySelector("[data-work-says]").hidden = true;
  box.querySelector("[type=text]").value = "";
  work(box);
};

/* A minute before a code's time is over, unless its answer is being typed. */
const renewInTime = (box, button) =>
  setTimeout(() => {
    if (!box.isConnected) return;
    if (!box.querySelector("[type=text]").value) renew(box, button).catch(() => {});
    renewInTime(box, button);
  }, (box.dataset.minutes - 1) * 60_000);

export const wake = (box) => {
  const button = box.querySelector("[data-refresh]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    renew(box, button)
      .then(() => box.querySelector("[type=text]").focus())
      .catch(() => button.form.requestSubmit(button));
  });
  renewInTime(box, button);
  work(box);
};
