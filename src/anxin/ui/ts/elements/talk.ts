// <ax-talk>: a conversation that shows what is said as it is said, and sends without leaving the page.
import { Part, define } from "../dom";
import { listen, refresher } from "../live";

const NEAR_THE_END_PX = 160;

class Talk extends Part {
  private last = 0;
  private refresh: () => void = () => undefined;

  protected start(signal: AbortSignal): void {
    this.last = Number(this.dataset.last ?? 0);
    this.toEnd();
    this.wireForm(signal);
    if (this.dataset.still !== undefined) return; // an earlier part of the conversation
    this.refresh = refresher(() => this.fetchNews(), signal);
    listen(
      this.dataset.ticket ?? "",
      (hint) => {
        const of = this.dataset.conversation;
        if (!hint || !of || hint.conversation === of) this.refresh();
      },
      signal,
    );
  }

  private get list(): HTMLElement | null {
    return this.querySelector(".talk-lines");
  }

  private get scroller(): Element {
    return this.querySelector("[data-scroll]") ?? document.scrollingElement ?? document.documentElement;
  }

  private toEnd(): void {
    if (!window.location.search.includes("before=")) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private async fetchNews(): Promise<void> {
    const answer = await fetch(`${this.dataset.news}?after=${this.last}`);
    if (answer.ok && !answer.redirected) this.show(await answer.text(), false);
  }

  private show(html: string, mine: boolean): void {
    const place = document.createElement("template");
    place.innerHTML = html;
    const near = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_THE_END_PX;
    let grown = false;
    for (const line of [...place.content.querySelectorAll<HTMLElement>("li[data-seq]")]) {
      const seq = Number(line.dataset.seq);
      if (seq <= this.last) continue;
      this.last = seq;
      this.list?.append(line);
      grown = true;
    }
    this.markRead(Number(place.content.querySelector<HTMLElement>("[data-read]")?.dataset.read ?? 0));
    if (!grown) return;
    this.querySelector(".talk-hint")?.remove();
    if (near || mine) this.toEnd();
  }

  private markRead(upto: number): void {
    for (const line of this.querySelectorAll<HTMLElement>(".say-mine:not([data-seen])"))
      if (Number(line.dataset.seq) <= upto) line.dataset.seen = "";
  }

  private wireForm(signal: AbortSignal): void {
    const form = this.querySelector<HTMLFormElement>(".talk-form");
    const text = form?.querySelector("textarea");
    const files = form?.querySelector<HTMLInputElement>("input[type=file]");
    if (!form || !text || this.dataset.still !== undefined) return;
    for (const each of this.querySelectorAll<HTMLFormElement>(".talk-form, .talk-offer"))
      each.addEventListener("submit", (event) => { event.preventDefault(); void this.send(each); }, { signal });
    files?.addEventListener("change", () => { if (files.files?.length) form.requestSubmit(); }, { signal });
    text.addEventListener("input", () => fit(text), { signal });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (text.value.trim()) form.requestSubmit();
    }, { signal });
    for (const quick of this.querySelectorAll<HTMLButtonElement>("button[data-text]"))
      quick.addEventListener("click", (event) => {
        event.preventDefault();
        text.value = [text.value.trim(), quick.dataset.text].filter(Boolean).join("\n");
        fit(text);
        text.focus();
      }, { signal });
    fit(text);
  }

  private async send(form: HTMLFormElement): Promise<void> {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    const told = new FormData(form);
    told.set("after", String(this.last));
    const fault = await this.post(form.action, told);
    delete form.dataset.busy;
    delete form.dataset.sending;
    const place = this.querySelector<HTMLElement>(".talk-fault");
    if (place) {
      place.textContent = fault;
      place.hidden = !fault;
    }
    if (!fault) this.sent(form);
  }

  private async post(url: string, told: FormData): Promise<string> {
    try {
      const answer = await fetch(url, { method: "POST", body: told });
      const text = await answer.text();
      if (answer.ok && !answer.redirected) {
        this.show(text, true);
        return "";
      }
      const isSentence = answer.headers.get("Content-Type")?.startsWith("text/plain");
      return isSentence && text ? text : this.text("failed");
    } catch {
      return this.text("failed");
    }
  }

  private sent(form: HTMLFormElement): void {
    if (form.classList.contains("talk-offer")) {
      form.remove();
      return;
    }
    form.reset();
    const key = form.querySelector<HTMLInputElement>("input[name=key]"); // the same one again would be the same message
    if (key) key.value = newKey();
    const text = form.querySelector("textarea");
    if (text) {
      text.value = "";
      fit(text);
      text.focus();
    }
  }
}

/** As high as its text, up to what the style sheet allows. */
function fit(text: HTMLTextAreaElement): void {
  text.rows = Math.min(5, Math.max(1, text.value.split("\n").length + Math.floor(text.value.length / 60)));
}

/** A fresh key; `randomUUID` is there on secure pages only. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

define("ax-talk", Talk);
