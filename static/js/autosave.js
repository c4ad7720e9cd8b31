// Keeps a form of the admin on the server while it is being written, and says who else has it open. Saving asks first whether
// the server still knows who this is: else what was typed would be lost on the way. Keyed on data-autosave (where to post),
// data-form (the form's id), data-away (what is said when the server does not answer), data-told (where), data-signed-out.
const EVERY = 15000;
const TOKEN = "csrfmiddlewaretoken";
for (const box of document.querySelectorAll("[data-autosave]")) {
  const form = document.getElementById(box.dataset.form);
  const told = box.querySelector("[data-told]");
  const signedOut = box.querySelector("[data-signed-out]");
  const editors = () => Object.values(window.CKEDITOR?.instances ?? {});
  let kept;
  let isAsking = false;
  let isLeaving = false;

  const words = () => {
    for (const editor of editors()) editor.updateElement();
    const typed = ([name, value]) => typeof value === "string" && name !== TOKEN;
    return new URLSearchParams([...new FormData(form)].filter(typed));
  };
  // The token of a form dies with its session; who has signed in again, in another tab, has a new one.
  const renew = async (body) => {
    const answer = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector(`#${form.id} [name=${TOKEN}]`)?.value;
    if (!token) return false;
    form.elements[TOKEN].value = token;
    body.set(TOKEN, token);
    return true;
  };
  const post = async (body) => {
    const send = () => fetch(box.dataset.autosave, { method: "POST", body });
    const answer = await send();
    if (!answer.redirected && answer.status !== 403) return answer;
    signedOut.hidden = await renew(body);
    return signedOut.hidden ? send() : null;
  };
  // Resolves to whether saving can be tried: somebody is signed in, and the server answers at all.
  const keep = async () => {
    if (isLeaving || editors().some((editor) => editor.status !== "ready")) return true;
    const now = words();
    kept ??= now.toString(); // the editor writes HTML its own way: what it began with is what counts
    const hasChanged = now.toString() !== kept;
    const body = hasChanged ? new URLSearchParams([...now, ["giu", "1"]]) : new URLSearchParams();
    body.set(TOKEN, form.elements[TOKEN].value);
    body.set("seen", now.get("seen") ?? "");
    let answer;
    try {
      answer = await post(body);
      if (!answer) return false;
      if (!answer.ok && answer.status !== 413) throw answer.status;
      if (hasChanged) kept = now.toString();
      const said = (await answer.json()).told;
      if (hasChanged || said) told.textContent = said;
    } catch {
      if (!isLeaving) told.textContent = box.dataset.away;
    }
    return Boolean(answer);
  };
  const save = async (event) => {
    if (isLeaving) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    isLeaving = await keep();
    isAsking = false;
    if (isLeaving) form.requestSubmit(event.submitter);
    else box.scrollIntoView({ block: "center" });
  };
  if (form) {
    form.addEventListener("submit", save);
    setTimeout(keep, 2000);
    setInterval(keep, EVERY);
    document.addEventListener("visibilitychange", () => document.hidden && keep());
    addEventListener("pageshow", ({ persisted }) => persisted && (isLeaving = false));
  }
}
