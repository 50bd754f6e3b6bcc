// Products that were recommended: which of them were seen and which were opened is told, so that the market learns from it.
import { tell, type Shown } from "./tell";

const CARD = "[data-recommended]";
const SEEN = 0.6;
const met = new WeakSet<Element>();

export function wireShelves(): void {
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watch.unobserve(entry.target); // seen once is seen
      tell("impression", shownOf(entry.target as HTMLElement));
    }
  }, { threshold: SEEN });
  const look = () => {
    for (const card of document.querySelectorAll<HTMLElement>(CARD)) {
      if (met.has(card)) continue;
      met.add(card);
      watch.observe(card);
    }
  };
  look();
  document.addEventListener("htmx:afterSettle", look); // shelves that are loaded when they are scrolled to
  document.addEventListener("click", (event) => {
    const card = (event.target as Element).closest("a")?.closest<HTMLElement>(CARD);
    if (card) tell("product_click", shownOf(card));
  });
}

function shownOf(card: HTMLElement): Shown {
  return { item: card.dataset.recommended ?? "", request: card.dataset.request, slot: Number(card.dataset.slot) };
}
