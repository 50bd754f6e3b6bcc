// <ax-gallery>: the small pictures are links to the big ones; here they change the stage in place.
import { Part, define } from "../dom";

class Gallery extends Part {
  protected start(signal: AbortSignal): void {
    this.addEventListener("click", (event) => this.pick(event), { signal });
    this.addEventListener("keydown", (event) => this.step(event), { signal });
    document.addEventListener("ax-picture", (event) => this.show((event as CustomEvent<string>).detail), { signal });
  }

  private get links(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>(".gallery-row a")];
  }

  private pick(event: Event): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".gallery-row a");
    if (!link) return;
    event.preventDefault();
    this.show(link.href);
  }

  private step(event: KeyboardEvent): void {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    const links = this.links;
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at + move];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
    this.show(next.href);
  }

  private show(address: string): void {
    const stage = this.querySelector<HTMLImageElement>(".gallery-stage img");
    if (!stage || !address) return;
    stage.src = address;
    const full = new URL(address, document.baseURI).href;
    for (const link of this.links) {
      if (link.href === full) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (this.links.at(-1)?.href === full) this.dispatchEvent(new Event("ax-last-picture", { bubbles: true }));
  }
}

define("ax-gallery", Gallery);
