// <ax-feed>: slides one after the other. The one that fills the screen plays, the next two are loaded ahead, what is done is told.
import { PART, Part, define } from "../dom";
import { flush, tell } from "../tell";
import { addressOf, burst, copy, press, react, share, shownOf, type Says } from "./feed-acts";
import { End } from "./feed-end";
import { Player } from "./feed-player";
import { Sheets } from "./feed-sheets";

const AHEAD = 2; // slides loaded before they are needed
const MORE_BEFORE = 4; // slides left when more are asked for
const PANEL_WAIT_MS = 500;
const NOTE_MS = 5000;
const DOUBLE_TAP_MS = 300;
const JUMP_SECONDS = 5;

class Feed extends Part {
  private players = new Map<HTMLElement, Player>();
  private active: HTMLElement | null = null; // the slide that plays
  private here: HTMLElement | null = null; // what fills the screen: a slide, or the end
  private asking: AbortController | null = null;
  private ended = false;
  private panelTimer = 0;
  private noteTimer = 0;
  private lastTap = 0;
  private tapTimer = 0;
  private end!: End;
  private sheets!: Sheets;
  private says: Says = { note: (words) => this.note(words), text: (name) => this.text(name) };

  protected start(signal: AbortSignal): void {
    const seen = new IntersectionObserver((entries) => this.onSeen(entries), { root: this.box, threshold: 0.6 });
    this.watch = (slide) => seen.observe(slide);
    signal.addEventListener("abort", () => seen.disconnect());
    this.sheets = new Sheets(this, this.says, () => this.active, signal);
    this.end = new End(this.box, this.querySelector<HTMLTemplateElement>("template[data-end]"));
    if (this.end.slide) this.watch(this.end.slide);
    for (const slide of this.slides) this.adopt(slide);
    if (!this.dataset.more) this.close();
    const on = <E extends Event>(to: EventTarget, name: string, act: (event: E) => void) =>
      to.addEventListener(name, act as EventListener, { signal });
    on<MouseEvent>(this, "click", (event) => this.onClick(event));
    on<SubmitEvent>(this, "submit", (event) => this.onSubmit(event));
    on<KeyboardEvent>(document, "keydown", (event) => this.onKey(event));
    on<SubmitEvent>(window, "submit", (event) => this.sheets.takes(event)); // after what asks first
    on(document, "visibilitychange", () => this.onVisible());
    on(window, "pagehide", () => this.leave());
    on<PageTransitionEvent>(window, "pageshow", (event) => { if (event.persisted && this.here) this.arrive(this.here); });
    void this.sheets.buying.resume();
    on(window, "online", () => { if (this.end.says === "failed") void this.more(); });
  }

  private watch: (slide: HTMLElement) => void = () => undefined;

  private get box(): HTMLElement {
    return this.querySelector<HTMLElement>(".feed-slides")!;
  }

  private get slides(): HTMLElement[] {
    return [...this.box.querySelectorAll<HTMLElement>(".slide")];
  }

  private adopt(slide: HTMLElement): void {
    this.players.set(slide, new Player(slide, this.querySelector<HTMLTemplateElement>("template[data-failed]")));
    this.watch(slide);
    this.showSpeed(slide);
  }

  private onSeen(entries: IntersectionObserverEntry[]): void {
    const shown = entries.find((entry) => entry.isIntersecting)?.target as HTMLElement | undefined;
    if (shown && shown !== this.here) this.arrive(shown);
  }

  private arrive(shown: HTMLElement): void {
    this.leave();
    if (this.here) document.querySelector(".feed-paid:has([data-done])")?.remove(); // said on the slide that it was about
    this.here = shown;
    if (shown === this.end.slide) return;
    this.active = shown;
    tell("impression", shownOf(shown));
    window.history.replaceState(window.history.state, "", addressOf(shown)); // so that Back leads here
    const slides = this.slides;
    const at = slides.indexOf(shown);
    slides.forEach((slide, place) => {
      const player = this.players.get(slide);
      if (place === at) player?.play();
      else if (place > at && place <= at + AHEAD) player?.load();
      else player?.unload();
    });
    window.clearTimeout(this.panelTimer);
    this.panelTimer = window.setTimeout(() => void this.sheets.fillPanel(shown), PANEL_WAIT_MS);
    if (slides.length - at <= MORE_BEFORE) void this.more();
  }

  /** Tell how long the slide was looked at. */
  private leave(): void {
    const slide = this.active;
    const watched = slide && this.players.get(slide)?.stop();
    if (slide && watched && watched.value > 0) tell("watch", shownOf(slide), watched);
    slide?.querySelector("details[open]")?.removeAttribute("open");
    this.active = null;
  }

  private onVisible(): void {
    const slide = this.active;
    if (document.hidden) {
      this.leave();
      this.active = slide;
    } else if (slide) this.players.get(slide)?.play();
  }

  /** Ask for more slides; with `anew` at once, and what comes takes the place of what was to come behind that slide. */
  private async more(anew?: HTMLElement): Promise<void> {
    const address = this.dataset.more;
    if (!address || (!anew && (this.asking || this.ended))) return;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      await flush(); // what was seen until now is not shown again
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
      const html = answer.ok ? await answer.text() : "";
      if (asking.signal.aborted) return;
      if (!answer.ok) return this.end.show("failed");
      if (anew) this.dropBehind(anew);
      this.addSlides(html);
    } catch {
      if (!asking.signal.aborted) this.end.show("failed");
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  /** Drop what nobody has come to yet; a list by cursors goes on where it was, so that what follows in it stays. */
  private dropBehind(slide: HTMLElement): void {
    if (this.dataset.more?.includes("cursor=")) return;
    this.ended = false;
    const slides = this.slides;
    const reached = Math.max(slides.indexOf(slide), this.active ? slides.indexOf(this.active) : 0);
    for (const later of slides.slice(reached + 1)) this.drop(later);
  }

  private addSlides(html: string): void {
    const place = document.createElement("template");
    place.innerHTML = html;
    const known = new Set(this.slides.map((slide) => slide.dataset.id));
    const fresh = [...place.content.querySelectorAll<HTMLElement>(".slide")].filter((slide) => !known.has(slide.dataset.id));
    const next = place.content.querySelector<HTMLAnchorElement>(".slides-next");
    const isList = this.dataset.more?.includes("cursor=") ?? false;
    if (isList && next) this.dataset.more = `${window.location.pathname}${next.getAttribute("href")}&part=1`;
    if (fresh.length > 0) this.end.hide();
    for (const slide of fresh) {
      this.box.append(slide);
      this.adopt(slide);
    }
    if (isList ? !next : fresh.length === 0) this.close();
  }

  /** Nothing new is left. */
  private close(): void {
    this.ended = true;
    this.end.show("over");
  }

  private step(by: number): void {
    const stops = [...this.box.querySelectorAll<HTMLElement>(".slide, .slide-end")];
    const next = stops[stops.indexOf(this.here!) + by];
    if (!next && by > 0) void this.more();
    next?.scrollIntoView({ behavior: "smooth", block: "start" });
  }

  private onKey(event: KeyboardEvent): void {
    const focused = event.target as Element;
    const target = focused.closest("dialog:not([open])") ? document.body : focused; // focus lingers in a sheet that just closed
    if (target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowDown: () => this.step(1), j: () => this.step(1), PageDown: () => this.step(1), ArrowUp: () => this.step(-1),
      k: () => this.step(-1), PageUp: () => this.step(-1), ArrowLeft: () => this.jump(-1), ArrowRight: () => this.jump(1),
      m: () => this.sound(), l: () => press(this.active, "like"), " ": () => this.toggle() }[event.key];
    if (!act || (event.key === " " && target.closest("button, a, summary"))) return;
    event.preventDefault();
    act();
  }

  private get player(): Player | undefined {
    return this.active ? this.players.get(this.active) : undefined;
  }

  private toggle(): void {
    this.player?.toggle();
  }

  private jump(by: number): void {
    this.player?.step(by * JUMP_SECONDS);
  }

  private sound(): void {
    Player.setSound(!(this.player?.isHeard ?? Player.sound));
    for (const player of this.players.values()) player.hear();
  }

  private speed(chosen: string): void {
    Player.speed = Number(chosen);
    for (const player of this.players.values()) player.hasten();
    this.showSpeed(this);
  }

  private showSpeed(within: HTMLElement): void {
    for (const button of within.querySelectorAll<HTMLElement>("[data-speed]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === Player.speed));
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const step = target.closest<HTMLElement>("[data-step]");
    const slide = target.closest<HTMLElement>(".slide");
    const act = target.closest<HTMLElement>("a[data-act], button[data-act]");
    if (step) this.step(Number(step.dataset.step));
    else if (act) this.onAct(event, act, slide);
    else if (slide) this.onSlide(event, target, slide);
  }

  private onAct(event: MouseEvent, place: HTMLElement, slide: HTMLElement | null): void {
    event.preventDefault();
    place.closest("details")?.removeAttribute("open");
    const act = place.dataset.act;
    if (act === "sound") this.sound();
    else if (act === "more") void this.more();
    else if (act === "speed") this.speed(place.dataset.speed ?? "1");
    else if (act === "again" && slide) this.players.get(slide)?.play();
    else if (act === "copy" && slide) void copy(slide.dataset.url ?? "", this.says);
    else if (act === "report" && slide && this.isPersonal(slide)) this.sheets.openReport(slide);
    else if (act === "comments" && this.sheets.hasPanel)
      this.querySelector<HTMLElement>("[data-panel] input[name=text], [data-panel] a")?.focus();
    else if (act === "comments" && slide) void this.sheets.open("feed-comments", slide.dataset.comments ?? "");
  }

  private onSlide(event: MouseEvent, target: Element, slide: HTMLElement): void {
    const goods = target.closest<HTMLAnchorElement>("[data-sheet]");
    if (goods) {
      event.preventDefault();
      tell("product_click", { ...shownOf(slide), item: goods.dataset.product ?? "" });
      void this.sheets.buying.open(goods.dataset.sheet ?? goods.href, slide);
    } else if (target.closest(".slide-stage") && !target.closest("a:not(.slide-cover), button, .slide-time")) {
      event.preventDefault();
      this.tap(slide, event.detail);
    }
  }

  /** One tap plays or pauses, two like. */
  private tap(slide: HTMLElement, clicks: number): void {
    const now = performance.now();
    window.clearTimeout(this.tapTimer);
    if (clicks === 2 || now - this.lastTap < DOUBLE_TAP_MS) {
      this.lastTap = 0;
      if (slide.querySelector("[data-act=like] button")?.getAttribute("aria-pressed") !== "true") press(slide, "like");
      if (this.dataset.personal) burst(slide);
      return;
    }
    this.lastTap = now;
    this.tapTimer = window.setTimeout(() => this.players.get(slide)?.toggle(), DOUBLE_TAP_MS);
  }

  private onSubmit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const act = form.dataset.act;
    const slide = form.closest<HTMLElement>(".slide");
    if (!act || !slide) return;
    event.preventDefault();
    event.stopPropagation();
    if (act === "less") void this.less(form, slide, event.submitter);
    else if (!this.isPersonal(slide)) return;
    else if (act === "share") void share(slide, this.says);
    else void react(act, form, slide, this.says);
  }

  /** Whether somebody is logged in; who is not is asked to, and comes back to the slide. */
  private isPersonal(slide: HTMLElement): boolean {
    if (this.dataset.personal) return true;
    this.sheets.invite(`${this.dataset.login}?next=${encodeURIComponent(addressOf(slide))}`);
    return false;
  }

  /** What is not wanted is obeyed at once: what was to come is asked for anew, and the slide goes. */
  private async less(form: HTMLFormElement, slide: HTMLElement, submitter: HTMLElement | null): Promise<void> {
    form.closest("details")?.removeAttribute("open");
    await flush();
    const body = new FormData(form, submitter);
    const answer = await fetch(form.action, { method: "POST", body, headers: PART }).catch(() => null);
    if (!answer?.ok) return this.note(this.text("failed"));
    await this.more(slide);
    this.note(this.text("less"));
    const next = slide.nextElementSibling ?? slide.previousElementSibling;
    if (this.active === slide || !this.active) next?.scrollIntoView({ block: "start" });
    const last = this.slides.at(-1);
    const isLast = last === slide || last === this.active;
    this.drop(slide);
    if (isLast) void this.more();
  }

  private drop(slide: HTMLElement): void {
    if (slide === this.active) this.leave();
    this.players.get(slide)?.unload();
    this.players.delete(slide);
    slide.remove();
  }

  private note(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-note]");
    if (!place) return;
    place.textContent = words;
    place.hidden = false;
    window.clearTimeout(this.noteTimer);
    this.noteTimer = window.setTimeout(() => { place.hidden = true; }, NOTE_MS);
  }
}

define("ax-feed", Feed);
