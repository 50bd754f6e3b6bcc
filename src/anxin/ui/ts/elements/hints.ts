// <ax-hints data-url="…">: while a #topic or @handle is typed in a text inside, how it may go on.
import { Part, define } from "../dom";

const TYPED = /(?:^|[\s\p{P}])([#@＃][\p{L}\p{N}_.-]{1,30})$/u;
const PAUSE_MS = 200;

class Hints extends Part {
  private pause = 0;
  private list = document.createElement("div");

  protected start(signal: AbortSignal): void {
    this.list.className = "caption-hints";
    this.list.hidden = true;
    this.addEventListener("input", (event) => this.later(event), { signal });
    this.list.addEventListener("click", (event) => this.take(event), { signal });
    this.addEventListener("focusout", () => window.setTimeout(() => { if (!this.contains(document.activeElement)) this.list.hidden = true; }, PAUSE_MS), { signal });
  }

  private later(event: Event): void {
    const text = event.target;
    if (!(text instanceof HTMLTextAreaElement)) return;
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.ask(text), PAUSE_MS);
  }

  private async ask(text: HTMLTextAreaElement): Promise<void> {
    const typed = TYPED.exec(text.value.slice(0, text.selectionStart))?.[1]?.replace("＃", "#");
    this.list.hidden = true;
    if (!typed) return;
    const address = new URL(this.dataset.url ?? "", document.baseURI);
    address.searchParams.set("q", typed);
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    const { hints } = (await answer.json()) as { hints: [string, string][] };
    this.list.replaceChildren(...hints.map(([value, note]) => this.choice(value, note)));
    this.list.hidden = hints.length === 0;
    text.after(this.list);
  }

  private choice(value: string, note: string): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.value = value;
    button.textContent = `${value} · ${note}`;
    return button;
  }

  private take(event: Event): void {
    const value = (event.target as Element).closest<HTMLElement>("[data-value]")?.dataset.value;
    const text = this.list.previousElementSibling;
    if (!value || !(text instanceof HTMLTextAreaElement)) return;
    const before = text.value.slice(0, text.selectionStart);
    const kept = before.slice(0, before.length - (TYPED.exec(before)?.[1]?.length ?? 0));
    text.value = `${kept}${value} ${text.value.slice(text.selectionStart)}`;
    text.focus();
    text.selectionStart = text.selectionEnd = kept.length + value.length + 1;
    this.list.hidden = true;
  }
}

define("ax-hints", Hints);
