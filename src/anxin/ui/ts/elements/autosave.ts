// <ax-autosave>: while a form is written, what changed is saved every twenty seconds and when the page is left. Where somebody else
// changed the draft meanwhile it stops and says so; what was typed stays in the form.
import { Part, define } from "../dom";

const EVERY_MS = 20_000;
const NOT_SENT = ["csrfmiddlewaretoken", "version", "new", "goods"];
type Answer = { words?: string; version?: number; url?: string; conflict?: boolean };

class Autosave extends Part {
  private kept = "";
  private stopped = false;
  private going: Promise<void> | null = null;

  protected start(signal: AbortSignal): void {
    const form = this.form;
    if (!form) return;
    this.kept = signature(written(form));
    const clock = window.setInterval(() => void this.save(), Number(this.dataset.everyMs) || EVERY_MS);
    signal.addEventListener("abort", () => window.clearInterval(clock));
    document.addEventListener("visibilitychange", () => { if (document.hidden) void this.save(); }, { signal });
    form.addEventListener("submit", (event) => this.onSubmit(event), { signal, capture: true });
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form");
  }

  /** A save that is under way ends first, else the form would be told that its draft has changed. */
  private onSubmit(event: SubmitEvent): void {
    if (!this.going) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    void this.going.then(() => this.form?.requestSubmit(pressed));
  }

  private async save(): Promise<void> {
    const form = this.form;
    if (!form || this.stopped || this.going || form.dataset.sending) return;
    const data = written(form);
    const now = signature(data);
    if (now === this.kept) return;
    data.set("autosave", "1");
    this.going = this.send(form, data, now);
    await this.going;
    this.going = null;
  }

  private async send(form: HTMLFormElement, data: FormData, now: string): Promise<void> {
    const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body: data, keepalive: document.hidden }).catch(() => null);
    if (!answer) return this.say(this.text("offline"));
    const said = (await answer.json().catch(() => ({}))) as Answer;
    if (answer.ok && said.version !== undefined && said.url) {
      this.kept = now;
      form.action = said.url;
      if (location.pathname !== said.url) history.replaceState(null, "", said.url);
      versionOf(form).value = String(said.version);
      return this.say(said.words ?? "");
    }
    this.kept = answer.status < 500 ? now : this.kept; // what was refused is sent again once it has changed
    this.stopped = said.conflict === true;
    this.say(said.words || this.text("again"), this.stopped ? said.url : undefined);
  }

  private say(words: string, other?: string): void {
    const place = this.querySelector<HTMLElement>("[data-said]")!;
    place.replaceChildren(words);
    place.classList.toggle("text-error", other !== undefined);
    if (!other) return;
    const link = Object.assign(document.createElement("a"), { href: other, target: "_blank", className: "link", textContent: this.text("other") });
    place.append(" ", link);
  }
}

/** What is written in the form, without its files: these are sent when it is saved by hand. */
function written(form: HTMLFormElement): FormData {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

function signature(data: FormData): string {
  return JSON.stringify([...data].filter(([name]) => !NOT_SENT.includes(name)));
}

function versionOf(form: HTMLFormElement): HTMLInputElement {
  const known = form.querySelector<HTMLInputElement>("input[name=version]");
  if (known) return known;
  const made = Object.assign(document.createElement("input"), { type: "hidden", name: "version" });
  form.prepend(made);
  return made;
}

define("ax-autosave", Autosave);
