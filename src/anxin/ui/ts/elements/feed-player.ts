// Plays one slide of the feed: a video over its poster, or the pictures of a note; counts how long it was looked at.
const SOUND = "anxin-feed-sound";
const FINISHED = 0.95;
const LOOPS_MAX = 1000;
export type Watched = { value: number; finished: boolean; loops: number };

export class Player {
  static sound = remembered();
  private video: HTMLVideoElement | null = null;
  private since = 0;
  private watched = 0;
  private loops = 0;
  private finished = false;
  private wanted = false;

  constructor(private slide: HTMLElement) {
    this.slide.querySelector(".slide-strip")?.addEventListener("scroll", () => this.dots(), { passive: true });
  }

  static setSound(on: boolean): void {
    Player.sound = on;
    try {
      localStorage.setItem(SOUND, on ? "on" : "off");
    } catch {
      // private browsing: remembered for this page only
    }
  }

  /** Fetch the video ahead, without playing it. */
  load(): void {
    const src = this.slide.dataset.src;
    if (!src || this.video) return;
    const video = document.createElement("video");
    Object.assign(video, { playsInline: true, loop: true, muted: true, preload: "auto", src, tabIndex: -1 });
    video.setAttribute("aria-hidden", "true");
    video.addEventListener("playing", () => { video.dataset.on = ""; });
    video.addEventListener("timeupdate", () => this.onTime(video));
    this.slide.querySelector(".slide-cover")?.append(video);
    this.video = video;
  }

  unload(): void {
    if (!this.video) return;
    this.video.removeAttribute("src");
    this.video.load();
    this.video.remove();
    this.video = null;
  }

  play(): void {
    this.load();
    this.wanted = true;
    this.since = performance.now();
    this.hear();
    const video = this.video;
    video?.play().catch(() => {
      video.muted = true; // a browser that forbids sound before the first touch
      video.play().catch(() => this.slide.setAttribute("data-paused", ""));
    });
    this.slide.removeAttribute("data-paused");
  }

  toggle(): void {
    if (!this.video) return;
    if (this.video.paused) {
      this.play();
      return;
    }
    this.count();
    this.wanted = false;
    this.video.pause();
    this.slide.setAttribute("data-paused", "");
  }

  hear(): void {
    if (this.video) this.video.muted = !Player.sound;
    this.slide.querySelector("[data-act=sound]")?.setAttribute("aria-pressed", String(Player.sound));
  }

  /** Stop, and say how long it was watched since it began. */
  stop(): Watched {
    this.count();
    this.wanted = false;
    this.video?.pause();
    const told = { value: Math.round(this.watched), finished: this.finished, loops: Math.min(this.loops, LOOPS_MAX) };
    this.watched = this.loops = 0;
    this.finished = false;
    return told;
  }

  private count(): void {
    if (this.wanted) this.watched += performance.now() - this.since;
    this.since = performance.now();
  }

  private last = 0;

  private onTime(video: HTMLVideoElement): void {
    const part = video.duration ? video.currentTime / video.duration : 0;
    if (part < this.last - 0.5) this.loops += 1;
    if (part >= FINISHED) this.finished = true;
    this.last = part;
    const bar = this.slide.querySelector<HTMLElement>(".slide-time span");
    if (bar) bar.style.transform = `scaleX(${part})`;
    for (const goods of this.slide.querySelectorAll<HTMLElement>("[data-at]"))
      goods.toggleAttribute("data-now", Number(goods.dataset.at) <= video.currentTime * 1000);
  }

  private dots(): void {
    const strip = this.slide.querySelector(".slide-strip");
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
