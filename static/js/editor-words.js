// Calls the formats of the editor (CKEditor) what the checklist calls them: its own Vietnamese says "Heading 2". Keyed on
// data-editor-formats; its other data-* are tags with their words.
const { editorFormats, ...words } = document.querySelector("[data-editor-formats]")?.dataset ?? {};

const rename = ({ editor }) => {
  for (const [tag, word] of Object.entries(words)) editor.lang.format[`tag_${tag}`] = word;
};

window.CKEDITOR?.on("instanceCreated", ({ editor }) => editor.on("langLoaded", rename));
