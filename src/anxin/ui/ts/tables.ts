// On a narrow screen the rows of a table that stacks are cards (desk.css): there each cell says which column it is in.
export function wireTables(): void {
  document.addEventListener("htmx:afterSettle", nameCells);
  nameCells();
}

function nameCells(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>(".stacks > table")) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
    for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
      [...row.cells].forEach((cell, place) => {
        if (names[place]) cell.dataset.column = names[place];
      });
    }
  }
}
