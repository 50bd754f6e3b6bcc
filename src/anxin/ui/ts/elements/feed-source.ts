// Which file of a video is played: a small one for a slow or metered line or a small screen, else the largest. A browser that
// tells nothing of its line but plays playlists (HLS) itself is given one and chooses as it goes.
type Line = { saveData?: boolean; effectiveType?: string };

const SLOW = new Set(["slow-2g", "2g", "3g"]);
const STALLS_MAX = 2; // after which the line counts as slow, whatever the browser thinks of it
const SMALL_PIXELS = 432; // of a screen's short side: more than a small file has would not be seen
const HLS = "application/vnd.apple.mpegurl";
let stalls = 0;

/** The address to play; `small` and `hls` are there for videos of several sizes only. */
export function sourceOf(slide: HTMLElement): string {
  const { src = "", small, hls } = slide.dataset;
  if (!small) return src;
  const line = (navigator as { connection?: Line }).connection;
  if (!line && hls && document.createElement("video").canPlayType(HLS)) return hls;
  return wantsSmall(line) ? small : src;
}

/** A video stood still while it was played: it waits for its line. */
export function stalled(): void {
  stalls += 1;
}

function wantsSmall(line: Line | undefined): boolean {
  const pixels = Math.min(screen.width, screen.height) * window.devicePixelRatio;
  return Boolean(line?.saveData) || SLOW.has(line?.effectiveType ?? "") || stalls >= STALLS_MAX || pixels <= SMALL_PIXELS;
}
