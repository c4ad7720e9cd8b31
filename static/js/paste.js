// Makes ready for the editor (CKEditor) what is pasted into it, before its own filters look: see `hanoi_portal/html.py`, which
// judges again what is saved. Headings go below the article's title; what Word's "track changes" took out stays out.
const HTML = "text/html";
const HEADING = /<(\/?)h([1-6])\b/gi;
const DELETED = /<del\b[^>]*>.*?<\/del\s*>/gis;
// The editor's filter for Google Docs stops with an error, and pastes nothing, at a <span> without a style.
const BARE_SPAN = /<span(?![^>]*\bstyle=)/gi;

const ready = (html) => {
  const step = /<h1\b/i.test(html) ? 1 : 0;
  const below = (tag, slash, level) => `<${slash}h${Math.min(Number(level) + step, 4)}`;
  return html.replace(DELETED, "").replace(BARE_SPAN, '<span style="font-weight:400"').replace(HEADING, below);
};

const take = ({ data }) => {
  const { dataTransfer } = data;
  const read = dataTransfer.getData;
  // The filters ask the clipboard itself, some of them more than once.
  dataTransfer.getData = function (type, ...more) {
    const found = read.call(this, type, ...more);
    return type === HTML && found ? ready(found) : found;
  };
  if (data.dataValue) data.dataValue = ready(data.dataValue);
};

window.CKEDITOR?.on("instanceReady", ({ editor }) => editor.on("paste", take, null, null, 0));
