// <ax-progress data-url="…">: polls {done, total, note, finished, url} and moves the <progress> inside it.
import { Part, define } from "../dom";

type State = { done: number; total: number; note?: string; finished?: boolean; url?: string };
const POLL_MS = 1000;
const POLL_MS_MAX = 15_000;

class Progress extends Part {
  private wait = POLL_MS;

  protected start(signal: AbortSignal): void {
    void this.poll(signal);
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const state = await this.read(signal);
    if (signal.aborted) return;
    if (state) this.show(state);
    this.wait = state ? POLL_MS : Math.min(this.wait * 2, POLL_MS_MAX);
    if (state?.finished) {
      if (state.url) window.location.assign(state.url);
      return;
    }
    window.setTimeout(() => void this.poll(signal), this.wait);
  }

  private async read(signal: AbortSignal): Promise<State | null> {
    try {
      const answer = await fetch(this.dataset.url ?? "", { signal, headers: { Accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as State) : null;
    } catch {
      return null;
    }
  }

  private show(state: State): void {
    const bar = this.querySelector("progress");
    if (bar && state.total > 0) {
      bar.max = state.total;
      bar.value = state.done;
    }
    const note = this.querySelector("[data-note]");
    if (note) note.textContent = state.note ?? `${state.done} / ${state.total}`;
  }
}

define("ax-progress", Progress);
