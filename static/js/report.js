/* The report's form where JavaScript runs: what is typed is saved while it is typed, on the portal, and on this machine
   while the portal cannot be reached; files go ahead one by one with their progress; guidance is found in place. */
"use strict";
const PAUSE = 1200;
const RETRY = 15000;
const WEEK = 7 * 24 * 3600 * 1000;
const NAMES = ["stage", "percent", "indicator", "text", "difficulties", "cited_title", "cited_url", "cited_day", "articles"];

const keep = (key, value) => {
  try {
    if (value) localStorage.setItem(key, JSON.stringify({ ...value, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch {
    /* a browser that keeps nothing: the portal's own draft remains */
  }
};
const kept = (key) => {
  try {
    const value = JSON.parse(localStorage.getItem(key));
    return value && Date.now() - value.at < WEEK ? value : null;
  } catch {
    return null;
  }
};

const typed = (form) => {
  const data = new FormData(form);
  return Object.fromEntries(NAMES.map((name) => [name, data.getAll(name)]));
};
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const addRow = (box) => {
  const rows = box.querySelectorAll(".rows__row");
  if (rows.length >= box.dataset.rows) return null;
  const row = rows[rows.length - 1].cloneNode(true);
  row.querySelectorAll("input").forEach((input) => (input.value = ""));
  row.setAttribute("aria-label", row.getAttribute("aria-label").replace(/\d+/, rows.length + 1));
  rows[rows.length - 1].after(row);
  return row;
};

const fill = (form, values) => {
  const box = form.querySelector("[data-rows]");
  while (form.querySelectorAll("[name=cited_url]").length < values.cited_url.length && addRow(box));
  for (const name of NAMES) {
    const inputs = form.querySelectorAll(`[name=${name}]`);
    inputs.forEach((input, at) => {
      if (input.type === "radio" || input.type === "checkbox") input.checked = values[name].includes(input.value);
      else input.value = values[name][at] ?? "";
    });
  }
};

export const wake = (form) => {
  const key = `bao-cao:${location.pathname}${form.dataset.holder}`;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const says = part("says");
  const stamp = form.elements.draft;
  const seen = form.elements.seen.value;
  let saved = typed(form);
  let timer = 0;
  let isSaving = false;
  let isStopped = false;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const save = async () => {
    const now = typed(form);
    if (isStopped || isSaving || same(now, saved)) return;
    isSaving = true;
    const data = new FormData(form);
    data.delete("evidence");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: data, redirect: "error" });
      const told = await answer.json();
      if (answer.status === 409) {
        isStopped = true;
        part("newer-says").textContent = told.said;
        part("newer-text").textContent = told.text;
        part("newer").dataset.stamp = told.stamp;
        part("newer").hidden = false;
      } else if (answer.ok) {
        saved = now;
        stamp.value = told.stamp;
        says.textContent = told.said;
        if (same(typed(form), now)) keep(key);
        else later(PAUSE);
      } else throw answer.status;
    } catch {
      says.textContent = says.dataset.keptHere;
      later(RETRY);
    }
    isSaving = false;
  };

  const note = () => {
    keep(key, { seen, stamp: stamp.value, values: typed(form) });
    later(PAUSE);
  };

  /* What this machine still has from a lost connection or a session that ended. */
  const older = kept(key);
  const restore = () => {
    fill(form, older.values);
    form.querySelectorAll("[data-count]").forEach((box) => box.dispatchEvent(new Event("input", { bubbles: true })));
    says.textContent = says.dataset.restored;
    part("older").hidden = true;
    note();
  };
  if (older?.sent && older.seen !== seen) keep(key);
  else if (older && !same(older.values, saved)) {
    if (older.stamp === stamp.value && older.seen === seen) restore();
    else {
      part("older-text").textContent = older.values.text.join("\n");
      part("older").hidden = false;
    }
  } else keep(key);
  part("take-older").addEventListener("click", restore);
  part("drop-older").addEventListener("click", () => {
    keep(key);
    part("older").hidden = true;
  });

  part("keep-mine").addEventListener("click", () => {
    stamp.value = part("newer").dataset.stamp;
    part("newer").hidden = true;
    isStopped = false;
    saved = null;
    save();
  });
  part("take-newer").addEventListener("click", () => keep(key));

  form.addEventListener("input", (event) => {
    if (NAMES.includes(event.target.name)) note();
  });
  addEventListener("online", () => later(0));

  /* Files go ahead, one by one. */
  const picker = form.elements.evidence;
  const list = part("uploads");
  const queue = [];
  let isUploading = false;
  let sendWhenDone = null;

  const upload = (file) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const words = document.createElement("span");
    name.textContent = file.name;
    bar.max = 100;
    bar.setAttribute("aria-label", `${list.dataset.wait}: ${file.name}`);
    row.append(name, bar, words);
    list.append(row);
    queue.push({ file, row, bar, words });
    next();
  };

  /* What did not go ahead stays chosen: it goes with the form, and the portal says there what is wrong with it. */
  const fail = (task, said, canRetry) => {
    task.bar.remove();
    task.words.textContent = said;
    task.words.className = "field__error";
    if (!canRetry) return;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button--quiet button--small";
    again.textContent = list.dataset.again;
    again.addEventListener("click", () => {
      task.row.remove();
      upload(task.file);
    });
    task.row.append(again);
  };

  const next = () => {
    if (isUploading) return;
    const task = queue.shift();
    if (!task) {
      if (sendWhenDone) form.requestSubmit(sendWhenDone);
      sendWhenDone = null;
      return;
    }
    isUploading = true;
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "kept"])
      for (const value of new FormData(form).getAll(name)) data.append(name, value);
    data.append("evidence", task.file);
    const sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", (event) => {
      task.bar.value = (100 * event.loaded) / event.total;
      task.words.textContent = `${Math.floor(task.bar.value)}%`;
    });
    sending.addEventListener("loadend", () => {
      isUploading = false;
      const isOurs = sending.responseURL.endsWith(form.dataset.files);
      if (sending.status === 200 && isOurs) {
        part("kept").innerHTML = sending.responseText;
        says.textContent = `${list.dataset.done} ${task.file.name}`;
        task.row.remove();
        const left = new DataTransfer();
        [...picker.files].filter((file) => file !== task.file).forEach((file) => left.items.add(file));
        picker.files = left.files;
      } else if (sending.status === 422) fail(task, JSON.parse(sending.responseText).said, false);
      else fail(task, list.dataset.lost, true);
      next();
    });
    sending.open("POST", form.dataset.files);
    sending.send(data);
  };

  picker.addEventListener("change", () => {
    if (!isUploading) list.replaceChildren();
    [...picker.files].forEach(upload);
  });

  form.addEventListener("submit", (event) => {
    if (isUploading) {
      event.preventDefault();
      event.stopPropagation();
      sendWhenDone = event.submitter;
      return;
    }
    isStopped = true;
    clearTimeout(timer);
    keep(key, { seen, stamp: stamp.value, values: typed(form), sent: true });
  });

  /* Rows and guidance. */
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-add-row]");
    if (button) addRow(button.closest("[data-rows]"))?.querySelector("input").focus();
    const find = event.target.closest("[name=tim]");
    if (!find) return;
    event.preventDefault();
    await look(find.closest("[data-choose]"));
  });
  const add = form.querySelector("[data-add-row]");
  if (add) add.hidden = false;
  const look = async (box) => {
    const words = box.querySelector("[type=search]").value;
    try {
      const answer = await fetch(`${box.dataset.choose}?q=${encodeURIComponent(words)}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = box.querySelector("[data-found]");
      found.replaceChildren(...page.querySelector("[data-part]").childNodes);
      const chosen = new Set([...box.querySelectorAll("[data-chosen] input")].map((each) => each.value));
      found.querySelectorAll("input").forEach((each) => chosen.has(each.value) && each.closest("label").remove());
    } catch {
      says.textContent = list.dataset.lost;
    }
  };
  form.addEventListener("change", (event) => {
    const label = event.target.closest("[data-found] label");
    if (label) label.closest("[data-choose]").querySelector("[data-chosen]").append(label);
  });
  form.querySelector("[data-choose] [type=search]")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    look(event.target.closest("[data-choose]"));
  });
};
