// One half sheet of several steps, each laid on the one before. Escape, the arrow and the browser's back button take one off;
// each step is an entry of the browser's history, which is cleared when the sheet closes.
import htmx from "htmx.org";

type Step = { place: HTMLElement; address: string; title: string; opener: HTMLElement | null; scrolled: number };

export class Steps {
  private steps: Step[] = [];
  private readonly body: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly arrow: HTMLElement;
  private readonly firstTitle: string;

  constructor(private dialog: HTMLDialogElement, signal: AbortSignal) {
    this.body = dialog.querySelector<HTMLElement>("[data-sheet-body]")!;
    this.heading = dialog.querySelector<HTMLElement>("h2")!;
    this.arrow = dialog.querySelector<HTMLElement>(".sheet-head [data-sheet-back]")!;
    this.firstTitle = this.heading.textContent ?? "";
    window.addEventListener("popstate", () => this.follow(), { signal });
    dialog.addEventListener("close", () => this.clear(), { signal });
    dialog.addEventListener("cancel", (event) => this.stepBack(event), { signal }); // a phone's gesture
    dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") this.stepBack(event); }, { signal });
    dialog.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-sheet-back]")) this.stepBack(event);
    }, { signal });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && dialog.open && !this.top) window.location.reload(); // come back to what was left for good
    }, { signal });
    if (depthOfEntry() > 0) window.history.go(-depthOfEntry()); // loaded anew: nothing is open
  }

  get top(): Step | undefined {
    return this.steps.at(-1);
  }

  get below(): Step | undefined {
    return this.steps.at(-2);
  }

  get addresses(): [string, string][] {
    return this.steps.map((step) => [step.address, step.title]);
  }

  /** Lay a step on the others; the first opens the sheet. */
  push(html: string, address: string, title: string): void {
    const place = document.createElement("section");
    place.className = "sheet-step";
    place.tabIndex = -1;
    place.setAttribute("aria-labelledby", this.heading.id);
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    if (this.top) Object.assign(this.top, { scrolled: this.dialog.scrollTop }).place.hidden = true;
    this.steps.push({ place, address, title: title || this.firstTitle, opener, scrolled: 0 });
    this.body.append(place);
    window.history.pushState({ ...(window.history.state as object | null), sheet: this.steps.length }, "");
    this.fill(place, html);
    if (!this.dialog.open) this.dialog.showModal();
    this.settle(place);
    this.dialog.scrollTop = 0;
  }

  /** Show something else in the step on top: what was refused is looked at first. */
  replace(html: string, address: string): void {
    const step = this.top;
    if (!step) return;
    step.address = address;
    this.fill(step.place, html);
    const wrong = step.place.querySelector<HTMLElement>("[role=alert], [aria-invalid=true]");
    this.settle(wrong ?? step.place);
    wrong?.scrollIntoView({ block: "nearest" });
  }

  /** Take the step on top off. */
  back(): Promise<void> {
    return travel(-1);
  }

  /** Clear the history of the steps, which stay to be seen: the page is about to be left. */
  async leave(): Promise<void> {
    const deep = this.steps.length;
    this.steps = [];
    if (deep > 0) await travel(-deep);
  }

  say(words: string): void {
    const place = this.dialog.querySelector<HTMLElement>("[data-said]");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
    if (words) place.scrollIntoView({ block: "nearest" });
  }

  private fill(place: HTMLElement, html: string): void {
    place.innerHTML = html;
    htmx.process(place);
  }

  private settle(focused: HTMLElement): void {
    this.say("");
    this.heading.textContent = this.top?.title ?? this.firstTitle;
    this.arrow.hidden = this.steps.length < 2;
    if (focused.tabIndex < 0) focused.tabIndex = -1;
    focused.focus({ preventScroll: true });
  }

  private stepBack(event: Event): void {
    if (this.steps.length < 2) return; // the sheet closes
    event.preventDefault();
    void this.back();
  }

  /** Have as many steps as the entry of the history that somebody came to. */
  private follow(): void {
    const wanted = depthOfEntry();
    if (wanted > this.steps.length) return window.history.go(this.steps.length - wanted); // closed meanwhile
    const had = this.steps.length;
    let opener: HTMLElement | null = null;
    while (this.steps.length > wanted) {
      const gone = this.steps.pop()!;
      gone.place.remove();
      opener = gone.opener;
    }
    const top = this.top;
    if (had === wanted) return;
    if (!top) return this.dialog.close();
    top.place.hidden = false;
    this.settle(opener?.isConnected ? opener : top.place);
    this.dialog.scrollTop = top.scrolled;
  }

  private clear(): void {
    this.body.replaceChildren();
    this.heading.textContent = this.firstTitle;
    void this.leave();
  }
}

function depthOfEntry(): number {
  return (window.history.state as { sheet?: number } | null)?.sheet ?? 0;
}

function travel(by: number): Promise<void> {
  return new Promise((done) => {
    window.addEventListener("popstate", () => done(), { once: true });
    window.history.go(by);
  });
}
