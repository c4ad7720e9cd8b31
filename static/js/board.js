// The board of a plan: arrow keys go from field to field; one button ticks all reports that wait.
for (const table of document.querySelectorAll("[data-board]")) {
  table.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const step = steps[event.key];
    const field = event.target.closest("td");
    if (!step || !field || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...table.tBodies[0].rows];
    let row = rows.indexOf(field.parentElement);
    let column = field.cellIndex;
    let next;
    do {
      row += step[0];
      column += step[1];
      next = rows[row]?.cells[column]?.querySelector("td > .mark a");
    } while (!next && rows[row]?.cells[column]);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
}
for (const button of document.querySelectorAll("[data-choose-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of button.form.querySelectorAll("input[name='bao-cao']")) box.checked = true;
  });
}
