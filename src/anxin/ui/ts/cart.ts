// The number of things in the cart, where menus lead to it.

/** Write the number into the menus' links to the cart; none takes the bubble away. */
export function showCartCount(count: number, cart: string): void {
  for (const link of document.querySelectorAll<HTMLElement>(`:is(.mall-header, .tab-bar) a[href="${CSS.escape(cart)}"]`)) {
    const bubble = link.querySelector<HTMLElement>(".bubble") ?? link.appendChild(fresh());
    bubble.textContent = String(count);
    if (count < 1) bubble.remove();
  }
}

function fresh(): HTMLElement {
  const bubble = document.createElement("span");
  bubble.className = "bubble";
  return bubble;
}
