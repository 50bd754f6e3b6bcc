// <ax-feed>: slides one after the other. The one that fills the screen plays, the next two are loaded ahead, what is done is told.
import { Part, define } from "../dom";
import { csrf, flush, tell, type Shown } from "../tell";
import { Player } from "./feed-player";

const AHEAD = 2; // slides loaded before they are needed
const MORE_BEFORE = 4; // slides left when more are asked for
const PANEL_WAIT_MS = 500;
const NOTE_MS = 2500;
const DOUBLE_TAP_MS = 300;
const COUNTED = new Set(["like", "favourite"]);

class Feed extends Part {
  private players = new Map<HTMLElement, Player>();
  private active: HTMLElement | null = null;
  private asking: AbortController | null = null;
  private ended = false;
  private panelTimer = 0;
  private lastTap = 0;
  private tapTimer = 0;

  protected start(signal: AbortSignal): void {
    const seen = new IntersectionObserver((entries) => this.onSeen(entries), { root: this.box, threshold: 0.6 });
    this.watch = (slide) => seen.observe(slide);
    signal.addEventListener("abort", () => seen.disconnect());
    for (const slide of this.slides) this.adopt(slide);
    this.addEventListener("click", (event) => this.onClick(event), { signal });
    this.addEventListener("submit", (event) => this.onSubmit(event), { signal });
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    document.addEventListener("submit", (event) => void this.onSheetSubmit(event), { signal });
    document.addEventListener("visibilitychange", () => this.onVisible(), { signal });
    window.addEventListener("pagehide", () => this.leave(), { signal });
  }

  private watch: (slide: HTMLElement) => void = () => undefined;

  private get box(): HTMLElement {
    return this.querySelector<HTMLElement>(".feed-slides")!;
  }

  private get slides(): HTMLElement[] {
    return [...this.box.querySelectorAll<HTMLElement>(".slide")];
  }

  private adopt(slide: HTMLElement): void {
    this.players.set(slide, new Player(slide));
    this.watch(slide);
  }

  private onSeen(entries: IntersectionObserverEntry[]): void {
    const shown = entries.find((entry) => entry.isIntersecting)?.target as HTMLElement | undefined;
    if (!shown || shown === this.active) return;
    this.leave();
    this.active = shown;
    tell("impression", shownOf(shown));
    const slides = this.slides;
    const at = slides.indexOf(shown);
    slides.forEach((slide, place) => {
      const player = this.players.get(slide);
      if (place === at) player?.play();
      else if (place > at && place <= at + AHEAD) player?.load();
      else player?.unload();
    });
    window.clearTimeout(this.panelTimer);
    this.panelTimer = window.setTimeout(() => void this.fillPanel(shown), PANEL_WAIT_MS);
    if (slides.length - at <= MORE_BEFORE) void this.more();
  }

  /** Tell how long the slide was looked at. */
  private leave(): void {
    const slide = this.active;
    const watched = slide && this.players.get(slide)?.stop();
    if (slide && watched && watched.value > 0) tell("watch", shownOf(slide), watched);
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
      if (asking.signal.aborted || !answer.ok) return;
      if (anew) this.dropBehind(anew);
      this.addSlides(html);
    } catch {
      // the next slide, or a step over the last one, asks again
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
    if (this.dataset.more?.includes("cursor=")) {
      if (next) this.dataset.more = `${window.location.pathname}${next.getAttribute("href")}&part=1`;
      else this.ended = true;
    } else if (fresh.length === 0) this.ended = true;
    for (const slide of fresh) {
      this.box.append(slide);
      this.adopt(slide);
    }
  }

  private step(by: number): void {
    const slides = this.slides;
    const next = slides[slides.indexOf(this.active!) + by];
    if (!next && by > 0) void this.more();
    next?.scrollIntoView({ behavior: "smooth", block: "start" });
  }

  private onKey(event: KeyboardEvent): void {
    if ((event.target as Element).closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { ArrowDown: () => this.step(1), j: () => this.step(1), PageDown: () => this.step(1), ArrowUp: () => this.step(-1),
      k: () => this.step(-1), PageUp: () => this.step(-1), m: () => this.sound(), l: () => press(this.active, "like"),
      " ": () => this.toggle() }[event.key];
    if (!act || (event.key === " " && (event.target as Element).closest("button, a"))) return;
    event.preventDefault();
    act();
  }

  private toggle(): void {
    if (this.active) this.players.get(this.active)?.toggle();
  }

  private sound(): void {
    Player.setSound(!Player.sound);
    for (const player of this.players.values()) player.hear();
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const step = target.closest<HTMLElement>("[data-step]");
    if (step) return this.step(Number(step.dataset.step));
    if (target.closest("[data-act=sound]")) return this.sound();
    const slide = target.closest<HTMLElement>(".slide");
    if (!slide) return;
    const goods = target.closest<HTMLAnchorElement>("[data-sheet]");
    const comments = target.closest<HTMLAnchorElement>("[data-act=comments]");
    if (goods) {
      event.preventDefault();
      tell("product_click", { ...shownOf(slide), item: goods.dataset.product ?? "" });
      void this.open("feed-product", goods.dataset.sheet ?? goods.href);
    } else if (comments && !this.hasPanel) {
      event.preventDefault();
      void this.open("feed-comments", slide.dataset.comments ?? comments.href);
    } else if (comments) {
      event.preventDefault();
      this.querySelector<HTMLElement>("[data-panel] input[name=text], [data-panel] a")?.focus();
    } else if (target.closest(".slide-stage") && !target.closest("a:not(.slide-cover), button, .slide-words a")) {
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
      burst(slide);
      return;
    }
    this.lastTap = now;
    this.tapTimer = window.setTimeout(() => this.players.get(slide)?.toggle(), DOUBLE_TAP_MS);
  }

  private get hasPanel(): boolean {
    const panel = this.querySelector<HTMLElement>("[data-panel]");
    return panel !== null && getComputedStyle(panel).display !== "none";
  }

  private async fillPanel(slide: HTMLElement): Promise<void> {
    const panel = this.querySelector<HTMLElement>("[data-panel]");
    if (!panel || !this.hasPanel || slide !== this.active) return;
    const answer = await fetch(slide.dataset.comments ?? "").catch(() => null);
    if (answer?.ok && slide === this.active) panel.innerHTML = await answer.text();
  }

  private async open(id: string, address: string): Promise<void> {
    const dialog = document.getElementById(id) as HTMLDialogElement | null;
    const body = dialog?.querySelector("[data-sheet-body]");
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!dialog || !body || !answer?.ok) return this.note(this.text("failed"));
    body.innerHTML = await answer.text();
    dialog.showModal();
  }

  private onSubmit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    const act = form.dataset.act;
    const slide = form.closest<HTMLElement>(".slide");
    if (!act || !slide) return;
    event.preventDefault();
    event.stopPropagation();
    if (act === "less") return void this.less(form, slide, event.submitter);
    if (!this.dataset.personal) {
      window.location.assign(`${this.dataset.login}?next=${encodeURIComponent(slide.dataset.url ?? "/")}`);
      return;
    }
    if (act === "share") void this.share(slide);
    else void this.say(act, form, slide);
  }

  /** What is not wanted is obeyed at once: what was to come is asked for anew, and the slide goes. */
  private async less(form: HTMLFormElement, slide: HTMLElement, submitter: HTMLElement | null): Promise<void> {
    form.closest("details")?.removeAttribute("open");
    await flush();
    const body = new FormData(form, submitter);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html-part" } }).catch(() => null);
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
    this.players.get(slide)?.unload();
    this.players.delete(slide);
    if (slide === this.active) this.leave();
    slide.remove();
  }

  private async say(act: string, form: HTMLFormElement, slide: HTMLElement): Promise<void> {
    const button = form.querySelector("button")!;
    const on = button.getAttribute("aria-pressed") !== "true";
    this.mark(act, slide, button, on);
    const place = act === "follow" ? `creators/${slide.dataset.creator}/follow` : `content/${slide.dataset.id}/${act}`;
    const answer = await ask(`/api/v1/${place}${placeOf(slide)}`, on ? "PUT" : "DELETE"); // the server tells it
    if (answer?.ok) return;
    this.mark(act, slide, button, !on);
    this.note(this.text("failed"));
  }

  private mark(act: string, slide: HTMLElement, button: HTMLButtonElement, on: boolean): void {
    const same = act === "follow" ? `.slide[data-creator="${slide.dataset.creator}"] form[data-act=follow] button` : "";
    for (const each of same ? this.querySelectorAll(same) : [button]) each.setAttribute("aria-pressed", String(on));
    const count = COUNTED.has(act) ? button.querySelector<HTMLElement>("[data-count]") : null;
    if (!count) return;
    const number = Number(count.dataset.count) + (on ? 1 : -1);
    count.dataset.count = String(number);
    if (number < 10_000) count.textContent = String(number);
  }

  private async share(slide: HTMLElement): Promise<void> {
    const answer = await ask(`/api/v1/content/${slide.dataset.id}/share${placeOf(slide)}`, "POST");
    if (!answer?.ok) return this.note(this.text("failed"));
    const { url } = (await answer.json()) as { url: string };
    if (navigator.share) await navigator.share({ url }).catch(() => undefined);
    else {
      await navigator.clipboard?.writeText(url).catch(() => undefined);
      this.note(`${this.text("copied")} ${url}`);
    }
  }

  /** Forms of half sheets and of the panel: comments come back as they are now, a thing goes into the cart without leaving. */
  private async onSheetSubmit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    const adds = (event.submitter as HTMLElement | null)?.hasAttribute("data-adds");
    if (form.dataset.part === undefined && !adds) return;
    if (event.defaultPrevented && !form.dataset.sending) return; // somebody said no to a question
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html-part" } }).catch(() => null);
    delete form.dataset.sending;
    if (!answer?.ok) return this.note(this.text("failed"));
    if (adds) {
      form.closest("dialog")?.close();
      return this.note(this.text("cart"));
    }
    const comments = form.closest(".comments");
    if (comments) comments.outerHTML = await answer.text();
  }

  private note(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-note]");
    if (!place) return;
    place.textContent = words;
    place.hidden = false;
    window.setTimeout(() => { place.hidden = true; }, NOTE_MS);
  }
}

function shownOf(slide: HTMLElement): Shown {
  const { id, request, slot } = slide.dataset;
  return { item: id ?? "", ...(request ? { request, slot: Number(slot) } : {}) };
}

/** Where the slide stood, as the query of an address. */
function placeOf(slide: HTMLElement): string {
  const { request, slot } = slide.dataset;
  return request ? `?request=${request}&slot=${slot}` : "";
}

function press(slide: HTMLElement | null, name: string): void {
  slide?.querySelector<HTMLFormElement>(`form[data-act=${name}]`)?.requestSubmit();
}

function ask(address: string, method: string): Promise<Response | null> {
  return fetch(address, { method, headers: { "X-CSRFToken": csrf() } }).catch(() => null);
}

function burst(slide: HTMLElement): void {
  const heart = slide.querySelector("[data-act=like] svg")?.cloneNode(true) as SVGElement | undefined;
  if (!heart) return;
  heart.setAttribute("class", "slide-burst");
  slide.querySelector(".slide-stage")?.append(heart);
  window.setTimeout(() => heart.remove(), 700);
}

define("ax-feed", Feed);
