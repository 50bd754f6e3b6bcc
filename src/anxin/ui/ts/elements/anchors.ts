// <ax-anchors data-duration="5000" data-goods="…">: goods on the timeline of a video. A mark is dragged or moved by keys; what
// it says stands in the number of its row, so the form is the same with and without scripts.
import { Part, define } from "../dom";

const STEP_MS = 100;
const PAGE_MS = 1000;
const PAUSE_MS = 250;

class Anchors extends Part {
  private pause = 0;

  protected start(signal: AbortSignal): void {
    for (const row of this.rows) this.adopt(row, signal);
    const video = this.video;
    video?.addEventListener("timeupdate", () => this.onTime(), { signal });
    this.track?.addEventListener("pointerdown", (event) => this.seek(event), { signal });
    this.addEventListener("input", (event) => this.onInput(event), { signal });
    this.addEventListener("change", (event) => this.onTick(event, signal), { signal });
    this.addEventListener("click", (event) => this.onClick(event), { signal });
    this.addEventListener("keydown", (event) => this.onEnter(event), { signal });
  }

  private get video(): HTMLVideoElement | null {
    return this.querySelector("video");
  }

  private get track(): HTMLElement | null {
    return this.querySelector<HTMLElement>("[data-track]");
  }

  private get rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("[data-rows] [data-row]")];
  }

  private get duration(): number {
    return Number(this.dataset.duration) || 0;
  }

  private adopt(row: HTMLElement, signal: AbortSignal): void {
    if (!this.track || !this.duration) return;
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "anchor-mark";
    if (!this.hasAttribute("data-fixed")) mark.setAttribute("role", "slider");
    mark.setAttribute("aria-valuemin", "0");
    mark.setAttribute("aria-valuemax", String(this.duration / 1000));
    const picture = row.querySelector("img:not([hidden])")?.cloneNode() as HTMLImageElement | undefined;
    if (picture) mark.append(picture);
    if (this.hasAttribute("data-fixed")) {
      mark.addEventListener("pointerdown", (event) => event.stopPropagation(), { signal });
      mark.addEventListener("click", () => this.show(this.at(row)), { signal });
    } else {
      mark.addEventListener("pointerdown", (event) => this.drag(event, row, mark), { signal });
      mark.addEventListener("keydown", (event) => this.onKey(event, row), { signal });
    }
    marks.set(row, mark);
    this.track.append(mark);
    this.place(row);
  }

  private at(row: HTMLElement): number {
    return Math.max(0, Math.round(Number(row.querySelector<HTMLInputElement>("[name=anchor-at]")?.value ?? 0) * 1000) || 0);
  }

  private set(row: HTMLElement, ms: number): void {
    const input = row.querySelector<HTMLInputElement>("[name=anchor-at]")!;
    const kept = Math.max(0, Math.min(ms, this.duration || ms));
    input.value = (Math.floor(kept / STEP_MS) / 10).toFixed(1);
    this.place(row);
  }

  private place(row: HTMLElement): void {
    const mark = marks.get(row);
    if (!mark) return;
    const at = Math.min(this.at(row), this.duration);
    mark.style.insetInlineStart = `${(at / this.duration) * 100}%`;
    const seconds = (at / 1000).toFixed(1);
    mark.setAttribute("aria-valuenow", seconds);
    const title = row.querySelector(".anchor-title")?.firstChild?.textContent?.trim() ?? "";
    mark.setAttribute("aria-label", this.text("marker").replace("{title}", title).replace("{seconds}", seconds));
  }

  private msOf(event: PointerEvent): number {
    const box = this.track!.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.duration;
  }

  private drag(event: PointerEvent, row: HTMLElement, mark: HTMLElement): void {
    event.stopPropagation();
    event.preventDefault();
    mark.focus();
    mark.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => {
      this.set(row, this.msOf(moved));
      this.show(this.at(row));
    };
    mark.addEventListener("pointermove", move);
    mark.addEventListener("lostpointercapture", () => mark.removeEventListener("pointermove", move), { once: true });
  }

  private onKey(event: KeyboardEvent, row: HTMLElement): void {
    const step = { ArrowLeft: -STEP_MS, ArrowDown: -STEP_MS, ArrowRight: STEP_MS, ArrowUp: STEP_MS, PageDown: -PAGE_MS, PageUp: PAGE_MS,
      Home: -this.duration, End: this.duration }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.set(row, this.at(row) + step);
    this.show(this.at(row));
  }

  /** Let the player stand at a moment, so that one sees what one points at. */
  private show(ms: number): void {
    if (this.video) this.video.currentTime = ms / 1000;
    this.onTime();
  }

  private seek(event: PointerEvent): void {
    this.show(this.msOf(event));
  }

  private onTime(): void {
    const video = this.video;
    const preview = this.querySelector<HTMLElement>("[data-preview]");
    if (!video || !preview) return;
    const now = video.currentTime * 1000;
    const played = this.querySelector<HTMLElement>("[data-played]");
    if (played && this.duration) played.style.width = `${Math.min(1, now / this.duration) * 100}%`;
    const met = this.rows.filter((row) => this.at(row) <= now + 50).sort((one, other) => this.at(one) - this.at(other)).at(-1);
    preview.hidden = !met;
    if (!met) return;
    const label = met.querySelector<HTMLInputElement>("[name=anchor-label]")?.value.trim();
    const picture = met.querySelector("img:not([hidden])")?.cloneNode();
    const words = document.createElement("span");
    words.textContent = label || met.querySelector(".anchor-title")?.firstChild?.textContent?.trim() || "";
    preview.replaceChildren(...(picture ? [picture] : []), words);
  }

  private onInput(event: Event): void {
    const input = event.target as HTMLInputElement;
    const row = input.closest<HTMLElement>("[data-row]");
    if (row && input.name === "anchor-at") this.place(row);
    if (input.name !== "goods") return;
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.find(input.value), PAUSE_MS);
  }

  private async find(text: string): Promise<void> {
    const address = new URL(this.dataset.goods ?? "", document.baseURI);
    address.searchParams.set("q", text);
    const answer = await fetch(address).catch(() => null);
    const place = this.querySelector("[data-choices]");
    if (answer?.ok && place) place.innerHTML = await answer.text();
  }

  /** A product that is ticked becomes a row at once, where the player stands. */
  private onTick(event: Event, signal: AbortSignal): void {
    const tick = event.target as HTMLInputElement;
    if (tick.name !== "anchor-add" || !tick.checked) return;
    tick.checked = false;
    const known = this.rows.some((row) => row.querySelector<HTMLInputElement>("[name=anchor-product]")?.value === tick.value);
    const template = this.querySelector<HTMLTemplateElement>("template[data-template]");
    if (known || !template) return;
    const row = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>("[data-row]")!;
    row.querySelector<HTMLInputElement>("[name=anchor-product]")!.value = tick.value;
    row.querySelector(".anchor-title")!.append(tick.dataset.title ?? "", priceOf(tick));
    const picture = row.querySelector("img");
    if (picture && tick.dataset.picture) Object.assign(picture, { src: tick.dataset.picture, hidden: false });
    this.querySelector("[data-rows]")!.append(row);
    this.adopt(row, signal);
    if (this.video) this.set(row, this.video.currentTime * 1000);
    this.onTime();
  }

  private onClick(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-here], [data-drop], [name=find]");
    if (!button) return;
    const row = button.closest<HTMLElement>("[data-row]");
    if (button.getAttribute("name") === "find") {
      event.preventDefault();
      void this.find(this.querySelector<HTMLInputElement>("[name=goods]")?.value ?? "");
    } else if (row && button.hasAttribute("data-drop")) {
      marks.get(row)?.remove();
      row.remove();
      this.onTime();
    } else if (row && this.video) {
      this.set(row, this.video.currentTime * 1000);
      this.onTime();
    }
  }

  private onEnter(event: KeyboardEvent): void {
    const input = event.target as HTMLInputElement;
    if (event.key !== "Enter" || input.name !== "goods") return;
    event.preventDefault(); // else the form would be sent
    void this.find(input.value);
  }
}

const marks = new WeakMap<HTMLElement, HTMLElement>();

function priceOf(tick: HTMLElement): HTMLElement {
  const price = document.createElement("span");
  price.className = "text-muted text-sm figures block";
  price.textContent = tick.dataset.price ?? "";
  return price;
}

define("ax-anchors", Anchors);
