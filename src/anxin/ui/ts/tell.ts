// Tells the market what is done with what it shows: in batches, also while the page goes away. The server drops repetitions.
type Told = {
  id: string; kind: string; item: string; at: string;
  request?: string; slot?: number; value?: number; finished?: boolean; loops?: number;
};
export type Shown = { item: string; request?: string; slot?: number };

const BATCH = 20;
const PAUSE_MS = 6000;
const KEPT_MAX = 100;
let waiting: Told[] = [];
let timer = 0;

export function tell(kind: string, shown: Shown, more: Partial<Told> = {}): void {
  waiting.push({ id: crypto.randomUUID?.() ?? randomId(), kind, at: new Date().toISOString(), ...shown, ...more });
  if (waiting.length >= BATCH) void flush();
  else if (!timer) timer = window.setTimeout(() => void flush(), PAUSE_MS);
}

/** Send what waits. It is kept for the next time when the server cannot be reached. */
export async function flush(): Promise<void> {
  window.clearTimeout(timer);
  timer = 0;
  if (waiting.length === 0) return;
  const batch = waiting.slice(0, KEPT_MAX);
  waiting = waiting.slice(KEPT_MAX);
  try {
    const answer = await fetch("/api/v1/events", {
      method: "POST",
      keepalive: true, // a beacon that can carry the token against forgery
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: JSON.stringify({ sent_at: new Date().toISOString(), events: batch }),
    });
    if (answer.status >= 500 || answer.status === 429) waiting = [...batch, ...waiting].slice(-KEPT_MAX);
  } catch {
    waiting = [...batch, ...waiting].slice(-KEPT_MAX);
  }
}

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

document.addEventListener("visibilitychange", () => { if (document.hidden) void flush(); });
window.addEventListener("pagehide", () => void flush());
