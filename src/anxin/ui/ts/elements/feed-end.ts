// What comes behind the last slide: that all was seen, or that the next ones did not come, with a way on.
export type Ending = "over" | "failed";

export class End {
  readonly slide: HTMLElement | null;

  constructor(private box: HTMLElement, template: HTMLTemplateElement | null) {
    this.slide = (template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined) ?? null;
  }

  get says(): string {
    return this.slide?.isConnected ? (this.slide.dataset.says ?? "") : "";
  }

  show(ending: Ending): void {
    if (!this.slide) return;
    this.slide.dataset.says = ending;
    for (const part of this.slide.querySelectorAll<HTMLElement>("[data-for]")) part.hidden = part.dataset.for !== ending;
    if (this.box.lastElementChild !== this.slide) this.box.append(this.slide);
  }

  hide(): void {
    this.slide?.remove();
  }
}
