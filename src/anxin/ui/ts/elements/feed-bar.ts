// The line at the foot of a video: how far it is, and a slider by pointer and arrow keys, with the time above the finger.
export class Bar {
  private dragging = false;
  private duration = 0;
  private shown = -1;

  /** `seek` is given the part of the video to go to, from 0 to 1. */
  constructor(private line: HTMLElement, private seek: (part: number) => void) {
    line.addEventListener("pointerdown", (event) => this.onDown(event));
    line.addEventListener("pointermove", (event) => this.onMove(event));
    line.addEventListener("pointerup", (event) => this.onUp(event));
    line.addEventListener("pointercancel", () => this.release());
  }

  show(at: number, duration: number): void {
    this.duration = duration;
    if (!this.dragging && duration) this.draw(at / duration);
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0 || !this.duration) return;
    event.preventDefault();
    this.line.setPointerCapture(event.pointerId);
    this.line.focus({ preventScroll: true });
    this.dragging = true;
    this.line.setAttribute("data-drags", "");
    this.draw(this.partAt(event));
  }

  private onMove(event: PointerEvent): void {
    if (this.dragging) this.draw(this.partAt(event));
  }

  private onUp(event: PointerEvent): void {
    if (!this.dragging) return;
    const part = this.partAt(event);
    this.release();
    this.seek(part);
    this.draw(part);
  }

  private release(): void {
    this.dragging = false;
    this.line.removeAttribute("data-drags");
  }

  private partAt(event: PointerEvent): number {
    const box = this.line.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  private draw(part: number): void {
    const done = this.line.querySelector<HTMLElement>("span");
    if (done) done.style.transform = `scaleX(${part})`;
    const second = Math.floor(part * this.duration);
    const bubble = this.line.querySelector<HTMLElement>("output");
    if (bubble) bubble.style.insetInlineStart = `${Math.min(94, Math.max(6, part * 100))}%`;
    if (second === this.shown) return;
    this.shown = second;
    const words = `${clock(second)} / ${clock(this.duration)}`;
    if (bubble) bubble.textContent = words;
    this.line.setAttribute("aria-valuemax", String(Math.round(this.duration)));
    this.line.setAttribute("aria-valuenow", String(second));
    this.line.setAttribute("aria-valuetext", words);
  }
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
