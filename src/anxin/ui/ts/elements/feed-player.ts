// Plays one slide of the feed: a video over its poster, or the pictures of a note; counts how long it was looked at.
import { Bar } from "./feed-bar";
import { Look } from "./feed-look";
import { sourceOf, stalled } from "./feed-source";

const SOUND = "anxin-feed-sound";
const FINISHED = 0.95;
const ENOUGH = 0.5; // of its length must be seen: who drags to the end has not watched it
const LOOPS_MAX = 1000;
const LOOKED_MS = 2000; // after which the only picture of a note was looked at
const PATIENCE_MS = 15_000;
export type Watched = { value: number; finished: boolean; loops: number };

export class Player {
  static sound = remembered();
  static speed = 1;
  private video: HTMLVideoElement | null = null;
  private bar: Bar | null = null;
  private look = new Look();
  private loops = 0;
  private finished = false;
  private wanted = false;
  private begun = false;
  private last = 0;
  private from = 0; // seconds at which to go on
  private patience = 0;

  /** `failed` is what a slide shows that cannot be played. */
  constructor(private slide: HTMLElement, private failed: HTMLTemplateElement | null) {
    this.strip?.addEventListener("scroll", () => this.dots(), { passive: true });
    const line = this.slide.querySelector<HTMLElement>(".slide-time");
    if (line) this.bar = new Bar(line, (part) => this.goTo(part * (this.video?.duration || 0)));
  }

  static setSound(on: boolean): void {
    Player.sound = on;
    try {
      localStorage.setItem(SOUND, on ? "on" : "off");
    } catch {
      // private browsing: remembered for this page only
    }
  }

  get isHeard(): boolean {
    return this.video ? !this.video.muted : Player.sound;
  }

  /** Fetch the video ahead, without playing it. */
  load(): void {
    const src = sourceOf(this.slide);
    if (!src || this.video) return;
    const video = document.createElement("video");
    Object.assign(video, { playsInline: true, loop: true, muted: true, preload: "auto", src, tabIndex: -1 });
    video.defaultPlaybackRate = Player.speed;
    video.setAttribute("aria-hidden", "true");
    const on = (name: string, act: () => void) =>
      video.addEventListener(name, () => { if (video === this.video) act(); });
    on("playing", () => this.onPlaying(video));
    on("waiting", () => this.onWaiting());
    on("pause", () => this.rest());
    on("error", () => this.fail());
    on("timeupdate", () => this.onTime(video));
    if (this.from) video.currentTime = this.from;
    this.from = this.last = 0;
    this.begun = false;
    this.slide.querySelector(".slide-cover")?.append(video);
    this.video = video;
  }

  unload(): void {
    const video = this.video;
    this.video = null;
    this.rest();
    this.slide.querySelector(".slide-failed")?.remove();
    if (!video) return;
    video.removeAttribute("src");
    video.load();
    video.remove();
  }

  play(): void {
    if (this.video?.error || this.slide.querySelector(".slide-failed")) this.unload();
    this.load();
    this.wanted = true;
    this.slide.removeAttribute("data-paused");
    const video = this.video;
    if (!video) {
      this.look.resume(); // pictures are there at once
      return;
    }
    this.hear();
    if (video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.onWaiting();
    video.play().catch((refusal: DOMException) => {
      if (video !== this.video || refusal.name !== "NotAllowedError") return;
      this.quiet(video); // a browser that forbids sound before the first touch
      video.play().catch(() => this.halt());
    });
  }

  toggle(): void {
    if (this.slide.querySelector(".slide-failed") || this.video?.paused) this.play();
    else if (this.video) this.halt();
  }

  /** Go back or on by some seconds; the pictures of a note, by one. */
  step(by: number): void {
    if (this.video) this.goTo(this.video.currentTime + by);
    else this.strip?.scrollBy({ left: Math.sign(by) * this.strip.clientWidth, behavior: "smooth" });
  }

  hear(): void {
    if (!this.video) return;
    this.video.muted = !Player.sound;
    this.showSound(Player.sound);
  }

  /** Take over the speed that was chosen. */
  hasten(): void {
    if (this.video) this.video.defaultPlaybackRate = this.video.playbackRate = Player.speed;
  }

  /** Stop, and say how long it was watched since it began. */
  stop(): Watched {
    this.wanted = false;
    this.rest();
    this.video?.pause();
    const value = this.look.stop();
    if (this.strip?.children.length === 1 && value >= LOOKED_MS) this.finished = true;
    const told = { value, finished: this.finished, loops: Math.min(this.loops, LOOPS_MAX) };
    this.loops = 0;
    this.finished = false;
    return told;
  }

  private get strip(): HTMLElement | null {
    return this.slide.querySelector<HTMLElement>(".slide-strip");
  }

  private halt(): void {
    this.wanted = false;
    this.rest();
    this.video?.pause();
    this.slide.setAttribute("data-paused", "");
  }

  private quiet(video: HTMLVideoElement): void {
    video.muted = true;
    this.showSound(false);
  }

  private showSound(on: boolean): void {
    this.slide.querySelector("[data-act=sound]")?.setAttribute("aria-pressed", String(on));
  }

  private onPlaying(video: HTMLVideoElement): void {
    video.dataset.on = "";
    this.begun = true;
    this.settle();
    if (this.wanted) this.look.resume();
  }

  private onWaiting(): void {
    this.look.pause();
    if (!this.wanted) return;
    if (this.begun && !this.video?.seeking) stalled();
    this.slide.setAttribute("data-waiting", "");
    window.clearTimeout(this.patience);
    this.patience = window.setTimeout(() => this.fail(), PATIENCE_MS);
  }

  private rest(): void {
    this.look.pause();
    this.settle();
  }

  private settle(): void {
    window.clearTimeout(this.patience);
    this.slide.removeAttribute("data-waiting");
  }

  /** A playlist gives way to the whole file; else the slide says so and offers to try again. */
  private fail(): void {
    const video = this.video;
    this.rest();
    if (!video) return;
    this.from = video.currentTime;
    if (this.slide.dataset.hls && !this.begun) {
      delete this.slide.dataset.hls;
      this.unload();
      if (this.wanted) this.play();
      return;
    }
    const part = this.failed?.content.firstElementChild?.cloneNode(true);
    if (this.wanted && part && !this.slide.querySelector(".slide-failed")) {
      video.pause();
      this.slide.querySelector(".slide-stage")?.append(part);
    }
  }

  private goTo(second: number): void {
    const video = this.video;
    if (!video?.duration) return;
    video.currentTime = Math.min(Math.max(0, second), video.duration - 0.05);
    this.last = video.currentTime / video.duration; // not a loop
    this.bar?.show(video.currentTime, video.duration);
  }

  private onTime(video: HTMLVideoElement): void {
    const part = video.duration ? video.currentTime / video.duration : 0;
    const isEnough = this.look.ms * video.playbackRate >= video.duration * 1000 * ENOUGH;
    const wraps = part < this.last - 0.5;
    if (wraps && isEnough) this.loops += 1;
    if ((wraps || part >= FINISHED) && isEnough) this.finished = true;
    this.last = part;
    this.bar?.show(video.currentTime, video.duration);
    for (const goods of this.slide.querySelectorAll<HTMLElement>("[data-at]"))
      goods.toggleAttribute("data-now", Number(goods.dataset.at) <= video.currentTime * 1000);
  }

  private dots(): void {
    const strip = this.strip;
    if (!strip) return;
    const at = Math.round(strip.scrollLeft / strip.clientWidth);
    this.slide.querySelectorAll(".slide-dots span").forEach((dot, place) => dot.toggleAttribute("data-on", place === at));
    if (at === strip.children.length - 1) this.finished = true;
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(SOUND) === "on";
  } catch {
    return false;
  }
}
