// <ax-keys>: keys for what is done over and over. A key presses the link or button that names it in data-key, or goes to
// the field that does; J and K go through the rows that have data-key-row. Nothing happens while somebody writes in a
// field; Escape leaves one. The legend inside ([data-key-legend]) appears only where this script runs.
import { Part, define } from "../dom";

const FIELDS = "input, textarea, select, [contenteditable]";

class Keys extends Part {
  protected start(signal: AbortSignal): void {
    for (const legend of this.querySelectorAll<HTMLElement>("[data-key-legend]")) legend.hidden = false;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (target.closest(FIELDS)) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const key = event.key.toLowerCase();
    const rows = [...this.querySelectorAll<HTMLElement>("[data-key-row]")];
    const found = this.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (rows.length && (key === "j" || key === "k")) step(rows, key === "j" ? 1 : -1);
    else if (!found || event.repeat) return;
    else if (found.matches(FIELDS)) found.focus();
    else found.click();
    event.preventDefault();
  }
}

/** Go to the next row or the one before: from none to the first or the last. */
function step(rows: HTMLElement[], by: number): void {
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[to]?.focus();
  rows[to]?.scrollIntoView({ block: "nearest" });
}

define("ax-keys", Keys);
