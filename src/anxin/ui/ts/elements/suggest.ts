// <ax-suggest data-url="…">: a search field with suggestions; the server answers ?q= with {suggestions: [text | {text, url}]}.
import { Part, define } from "../dom";

type Suggestion = string | { text: string; url?: string };
const PAUSE_MS = 150;

class Suggest extends Part {
  private list!: HTMLUListElement;
  private pause = 0;
  private asked: AbortController | undefined;

  protected start(signal: AbortSignal): void {
    const input = this.input;
    if (!input || !this.dataset.url) return;
    this.list = this.makeList(input);
    input.addEventListener("input", () => this.later(), { signal });
    input.addEventListener("keydown", (event) => this.move(event), { signal });
    input.addEventListener("blur", () => window.setTimeout(() => this.close(), PAUSE_MS), { signal });
    this.list.addEventListener("mousedown", (event) => this.choose((event.target as Element).closest("li")), { signal });
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector("input[type=search]");
  }

  private makeList(input: HTMLInputElement): HTMLUListElement {
    const list = document.createElement("ul");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    this.append(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.autocomplete = "off";
    return list;
  }

  private later(): void {
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    const text = this.input?.value.trim() ?? "";
    this.asked?.abort();
    if (!text) return this.close();
    this.asked = new AbortController();
    const address = new URL(this.dataset.url ?? "", document.baseURI);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show(((await answer.json()) as { suggestions: Suggestion[] }).suggestions);
    } catch {
      this.close(); // offline or overtaken by a later letter: the plain search still works
    }
  }

  private show(suggestions: Suggestion[]): void {
    this.list.replaceChildren(
      ...suggestions.map((each, index) => {
        const item = document.createElement("li");
        item.id = `${this.list.id}-${index}`;
        item.setAttribute("role", "option");
        item.textContent = typeof each === "string" ? each : each.text;
        if (typeof each !== "string" && each.url) item.dataset.url = each.url;
        return item;
      }),
    );
    this.list.hidden = suggestions.length === 0;
    this.input?.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input?.removeAttribute("aria-activedescendant");
  }

  private move(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    const items = [...this.list.children] as HTMLLIElement[];
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") return this.close();
    if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      return this.choose(items[at]);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || items.length === 0) return;
    event.preventDefault();
    const next = items[(at + step + items.length) % items.length];
    items[at]?.removeAttribute("aria-selected");
    next?.setAttribute("aria-selected", "true");
    if (next) this.input?.setAttribute("aria-activedescendant", next.id);
  }

  private choose(item: HTMLLIElement | null | undefined): void {
    const input = this.input;
    if (!item || !input) return;
    if (item.dataset.url) window.location.assign(item.dataset.url);
    else {
      input.value = item.textContent ?? "";
      input.form?.requestSubmit();
    }
  }

  private close(): void {
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
  }
}

define("ax-suggest", Suggest);
