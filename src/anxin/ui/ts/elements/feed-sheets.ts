// The half sheets of the feed and the panel beside it: products, comments, reports. What is refused is said where it was asked.
import { showCartCount } from "../cart";
import { PART, wordsOf } from "../dom";
import { ask, type Says } from "./feed-acts";
import { Buying } from "./feed-buying";

export class Sheets {
  readonly buying: Buying;

  constructor(private feed: HTMLElement, private says: Says, private active: () => HTMLElement | null, signal: AbortSignal) {
    this.buying = new Buying(feed, says, signal);
  }

  get hasPanel(): boolean {
    const panel = this.panel;
    return panel !== null && getComputedStyle(panel).display !== "none";
  }

  async fillPanel(slide: HTMLElement): Promise<void> {
    const panel = this.panel;
    if (!panel || !this.hasPanel || slide !== this.active()) return;
    const answer = await fetch(slide.dataset.comments ?? "").catch(() => null);
    if (answer?.ok && slide === this.active()) panel.innerHTML = await answer.text();
  }

  /** Open the half sheet `id` with what an address answers. */
  async open(id: string, address: string): Promise<void> {
    const dialog = document.getElementById(id) as HTMLDialogElement | null;
    const body = dialog?.querySelector("[data-sheet-body]");
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!dialog || !body || !answer?.ok) return this.says.note(this.says.text("failed"));
    body.innerHTML = await answer.text();
    this.raise(dialog);
  }

  /** Ask a guest to log in, at an address that leads back here. */
  invite(address: string): void {
    const dialog = document.getElementById("feed-login") as HTMLDialogElement | null;
    const way = dialog?.querySelector<HTMLAnchorElement>("a[data-way]");
    if (!dialog || !way) return window.location.assign(address);
    way.href = address;
    if (!dialog.open) dialog.showModal();
    way.focus();
  }

  openReport(slide: HTMLElement): void {
    const dialog = document.getElementById("feed-report") as HTMLDialogElement | null;
    const form = dialog?.querySelector<HTMLFormElement>("form[data-report]");
    if (!dialog || !form) return;
    form.reset();
    form.dataset.report = slide.dataset.id;
    this.raise(dialog);
  }

  /** Take a form of a sheet; others are left alone. */
  takes(event: SubmitEvent): void {
    if (event.defaultPrevented) return; // somebody said no to a question, or it is on its way already
    const form = event.target as HTMLFormElement;
    const adds = (event.submitter as HTMLElement | null)?.hasAttribute("data-adds") ?? false;
    const reports = form.dataset.report !== undefined;
    const buys = !adds && this.buying.takes(form);
    if (form.dataset.part === undefined && !adds && !reports && !buys) return;
    event.preventDefault();
    if (buys) return void this.buying.send(form, event.submitter);
    if (reports) void this.report(form);
    else void this.send(form, new FormData(form, event.submitter), adds);
  }

  private get panel(): HTMLElement | null {
    return this.feed.querySelector<HTMLElement>("[data-panel]");
  }

  private raise(dialog: HTMLDialogElement): void {
    this.complain(dialog, "");
    dialog.showModal();
  }

  private async send(form: HTMLFormElement, body: FormData, adds: boolean): Promise<void> {
    const answer = await fetch(form.action, { method: "POST", body, headers: PART }).catch(() => null);
    delete form.dataset.sending;
    if (!answer?.ok) return this.refuse(form, await wordsOf(answer));
    if (adds) {
      showCartCount(Number(answer.headers.get("Cart-Count")), this.feed.dataset.cart ?? "/cart");
      form.closest("dialog")?.close();
      return this.says.note(this.says.text("cart"));
    }
    const comments = form.closest(".comments");
    if (comments) comments.outerHTML = await answer.text();
  }

  private async report(form: HTMLFormElement): Promise<void> {
    const reason = new FormData(form).get("reason");
    const answer = await ask(`/api/v1/content/${form.dataset.report}/report`, "PUT", { reason });
    delete form.dataset.sending;
    if (!answer?.ok) return this.refuse(form, await wordsOf(answer));
    form.closest("dialog")?.close();
    this.says.note(this.says.text("reported"));
  }

  private refuse(form: HTMLFormElement, words: string): void {
    const dialog = form.closest("dialog");
    const said = words || this.says.text("failed");
    if (dialog) this.complain(dialog, said);
    else this.says.note(said);
  }

  private complain(dialog: HTMLDialogElement, words: string): void {
    const place = dialog.querySelector<HTMLElement>("[data-said]");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
  }
}
