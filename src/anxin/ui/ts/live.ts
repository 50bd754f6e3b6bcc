// Hears from the push server that something changed. One connection a page, whoever on it listens; a page that cannot
// connect asks the web again now and then, less and less often.
export type Hint = { topic?: string; kind?: string; conversation?: string; seq?: number };
export type Hear = (hint: Hint | null) => void; // null: anything may have changed

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
const lines = new Map<string, Line>();

export function listen(ticketUrl: string, hear: Hear, signal: AbortSignal): void {
  let line = lines.get(ticketUrl);
  if (!line) lines.set(ticketUrl, (line = new Line(ticketUrl)));
  line.add(hear, signal);
}

class Line {
  private hears = new Set<Hear>();
  private source: EventSource | null = null;
  private timer = 0;
  private pause = FIRST_PAUSE_MS;

  constructor(private ticketUrl: string) {
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.later(0);
    });
  }

  add(hear: Hear, signal: AbortSignal): void {
    this.hears.add(hear);
    signal.addEventListener("abort", () => {
      this.hears.delete(hear);
      if (this.hears.size === 0) this.close();
    });
    if (this.hears.size === 1) void this.open();
  }

  private async open(): Promise<void> {
    this.close();
    try {
      const answer = await fetch(this.ticketUrl, { headers: { Accept: "application/json" } });
      const { url } = (await answer.json()) as { url: string };
      if (this.hears.size > 0) this.connect(url);
    } catch {
      this.missed();
    }
  }

  private connect(url: string): void {
    const source = new EventSource(url);
    this.source = source;
    source.addEventListener("ready", () => {
      this.pause = FIRST_PAUSE_MS;
      this.tell(null); // whatever happened while we connected
    });
    source.addEventListener("message", (event) => this.tell(JSON.parse(event.data as string) as Hint));
    source.addEventListener("refetch", () => this.missed());
    source.addEventListener("renew", () => this.later(Math.random() * FIRST_PAUSE_MS));
    source.addEventListener("error", () => this.missed());
  }

  private missed(): void {
    this.tell(null);
    this.later(this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  private later(ms: number): void {
    this.close();
    this.timer = window.setTimeout(() => void this.open(), ms);
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private tell(hint: Hint | null): void {
    for (const hear of this.hears) hear(hint);
  }
}

/** Run `work` when asked: one at a time, once more if asked meanwhile, and only while the page is looked at. */
export function refresher(work: () => Promise<void>, signal: AbortSignal): () => void {
  let busy = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (busy || document.hidden) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    await work().catch(() => undefined);
    busy = false;
    if (again && !signal.aborted) void run();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && again) void run(); }, { signal });
  return () => void run();
}
