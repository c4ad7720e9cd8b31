// Gives the chosen picture back to the CKEditor dialog that opened this window (see guidance/pictures.py).
const number = Number(new URLSearchParams(location.search).get("CKEditorFuncNum"));
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-picture]");
  if (!chosen || !window.opener) return;
  window.opener.CKEDITOR.tools.callFunction(number, chosen.dataset.picture);
  window.close();
});
