// A video or note on its own page: that it was seen, how long it was looked at and which of its goods were opened is told.
import { flush, tell, type Shown } from "./tell";

const FINISHED = 0.95;

export function wirePost(): void {
  const post = document.querySelector<HTMLElement>(".post[data-request]");
  if (!post) return;
  const shown: Shown = { item: post.dataset.id ?? "", request: post.dataset.request, slot: 0 };
  const look = new Look(post.querySelector("video"));
  let met = false;
  const meet = () => {
    if (document.hidden) return; // opened in a tab behind: nobody looks yet
    if (!met) tell("impression", shown);
    met = true;
    if (!post.querySelector("video, .gallery-row")) look.reachEnd(); // one picture is all there is
    look.resume();
  };
  meet();
  post.addEventListener("ax-last-picture", () => look.reachEnd());
  post.addEventListener("click", (event) => {
    const product = (event.target as Element).closest<HTMLElement>("a[data-product]")?.dataset.product;
    if (product) tell("product_click", { ...shown, item: product });
  });
  const leave = () => {
    const watched = look.stop();
    if (watched.value > 0) tell("watch", shown, watched);
    void flush();
  };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : meet()));
}

/** Counts while a video plays; without one, while the page is looked at. Its end is a video's, or the last picture. */
class Look {
  private since = 0; // 0: nothing is looked at now
  private watched = 0;
  private finished = false;

  constructor(private video: HTMLVideoElement | null) {
    video?.addEventListener("playing", () => this.resume());
    for (const name of ["pause", "waiting", "ended"]) video?.addEventListener(name, () => this.pause());
    video?.addEventListener("timeupdate", () => {
      if (video.currentTime >= video.duration * FINISHED) this.reachEnd();
    });
  }

  reachEnd(): void {
    this.finished = true;
  }

  resume(): void {
    if (!document.hidden && !this.since && !(this.video?.paused ?? false)) this.since = performance.now();
  }

  stop(): { value: number; finished: boolean } {
    this.pause();
    const told = { value: Math.round(this.watched), finished: this.finished };
    this.watched = 0;
    this.finished = false;
    return told;
  }

  private pause(): void {
    if (this.since) this.watched += performance.now() - this.since;
    this.since = 0;
  }
}
