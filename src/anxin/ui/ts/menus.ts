// A drop-down made of <details> closes on Escape and on a click elsewhere.
export function wireMenus(): void {
  const open = () => document.querySelectorAll<HTMLDetailsElement>("details.menu-drop[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector<HTMLElement>("summary")?.focus();
    }
  });
}
