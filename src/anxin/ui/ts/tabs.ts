// A row of tabs that is wider than the screen shows the one that is open.
const ROOM = 24;

export function wireTabs(): void {
  for (const open of document.querySelectorAll<HTMLElement>(".tabs-row [aria-current]")) {
    const row = open.parentElement!;
    const over = open.getBoundingClientRect().right + ROOM - row.getBoundingClientRect().right;
    if (over > 0) row.scrollLeft += over;
  }
}
