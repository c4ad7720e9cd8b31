// Keeps a form of the admin on the server while it is being written, and says who else has it open. Keyed on data-autosave
// (where to post), data-form (the form's id), data-away (what is said when the server does not answer), data-told (where).
const EVERY = 15000;
for (const box of document.querySelectorAll("[data-autosave]")) {
  const form = document.getElementById(box.dataset.form);
  const told = box.querySelector("[data-told]");
  const editors = () => Object.values(window.CKEDITOR?.instances ?? {});
  let kept;
  let isLeaving = false;

  const words = () => {
    for (const editor of editors()) editor.updateElement();
    return new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  };
  const keep = async () => {
    if (isLeaving || editors().some((editor) => editor.status !== "ready")) return;
    const now = words();
    kept ??= now.toString(); // the editor writes HTML its own way: what it began with is what counts
    const hasChanged = now.toString() !== kept;
    const body = hasChanged ? new URLSearchParams([...now, ["giu", "1"]]) : new URLSearchParams();
    for (const name of ["csrfmiddlewaretoken", "seen"]) body.set(name, now.get(name) ?? "");
    try {
      const answer = await fetch(box.dataset.autosave, { method: "POST", body });
      if (!answer.ok && answer.status !== 413) throw answer.status;
      if (hasChanged) kept = now.toString();
      const said = (await answer.json()).told;
      if (hasChanged || said) told.textContent = said;
    } catch {
      if (!isLeaving) told.textContent = box.dataset.away;
    }
  };
  if (form) {
    form.addEventListener("submit", () => (isLeaving = true));
    setTimeout(keep, 2000);
    setInterval(keep, EVERY);
    document.addEventListener("visibilitychange", () => document.hidden && keep());
  }
}
