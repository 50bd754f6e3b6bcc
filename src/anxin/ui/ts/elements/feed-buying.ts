// Buying without leaving the feed: the product, the checkout and a new address are steps of one half sheet. Only the provider's
// page is outside; from there one comes back to the slide. Who has to log in first comes back to the step with what was filled in.
import { PART, parseJson, wordsOf } from "../dom";
import { addressOf, type Says } from "./feed-acts";
import { Steps } from "./sheet-steps";

type Entry = [name: string, value: string];
type Way = [address: string, title: string][]; // the steps that lead somewhere
type Kept = { back: string; steps: Way; entries: Entry[] };

const KEPT = "anxin-sheet"; // what waits for a login, in this tab

export class Buying {
  private steps: Steps | null = null;
  private back = ""; // the slide's address

  constructor(private feed: HTMLElement, private says: Says, signal: AbortSignal) {
    const dialog = document.getElementById("feed-product");
    if (!(dialog instanceof HTMLDialogElement)) return;
    this.steps = new Steps(dialog, signal);
    dialog.addEventListener("click", (event) => this.onClick(event), { signal });
  }

  /** Open the sheet of a product that is shown in a slide. */
  async open(address: string, slide: HTMLElement): Promise<void> {
    this.back = addressOf(slide);
    await this.show(address, "");
  }

  /** Go on where somebody had to log in. */
  async resume(): Promise<void> {
    const kept = parseJson<Kept | null>(sessionStorage.getItem(KEPT) ?? undefined, null);
    sessionStorage.removeItem(KEPT);
    if (!kept || !this.feed.dataset.personal || kept.back !== `${window.location.pathname}${window.location.search}`) return;
    this.back = kept.back;
    for (const [address, title] of kept.steps) if (!(await this.show(address, title))) return;
    this.refill(kept.entries);
  }

  takes(form: HTMLFormElement): boolean {
    return form.method === "post" && form.closest("#feed-product .sheet-step") !== null;
  }

  async send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const body = new FormData(form, submitter);
    if (submitter?.dataset.buys) await this.buy(body, submitter.dataset);
    else await this.submit(form, body);
    delete form.dataset.sending;
  }

  /** From the choice to the checkout of just that. */
  private async buy(body: FormData, { buys, title }: DOMStringMap): Promise<void> {
    const choice = { sku: String(body.get("sku")), quantity: String(body.get("quantity")) };
    const product = this.steps?.top;
    if (product) product.address = withQuery(product.address, choice);
    const met = body.get("from");
    await this.show(withQuery(buys ?? "", { ...choice, ...(met ? { from: String(met) } : {}), back: this.back }), title ?? "");
  }

  private async submit(form: HTMLFormElement, body: FormData): Promise<void> {
    const top = this.steps?.top;
    const address = form.getAttribute("action") ?? top?.address ?? "";
    const answer = await fetch(address, { method: "POST", body, headers: PART }).catch(() => null);
    const to = answer?.headers.get("Leads-To");
    if (to) return this.go(to, String(body.get("checkout") ?? ""));
    const html = await this.read(answer, this.steps?.addresses ?? [], entriesOf(form));
    if (html !== null && top && this.steps?.top === top) this.steps.replace(html, top.address);
  }

  /** To where a form led: the step below, shown anew, or away from the page to pay. */
  private async go(to: string, checkout: string): Promise<void> {
    const below = this.steps?.below;
    if (below && pathOf(below.address) === pathOf(to)) {
      await this.steps?.back();
      return this.turn(to);
    }
    await this.steps?.leave();
    window.history.replaceState(null, "", withQuery(this.back, { paid: checkout })); // who comes back unpaid is told so
    window.location.assign(to);
  }

  private onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a:is([data-leads], [data-turns])");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.leads === undefined) void this.turn(link.href);
    else void this.show(link.href, link.dataset.leads);
  }

  /** Show something as the next step, unless somebody went elsewhere meanwhile. */
  private async show(address: string, title: string): Promise<boolean> {
    const from = this.steps?.top;
    const html = await this.read(await this.ask(address), [...(this.steps?.addresses ?? []), [address, title]]);
    if (html === null || this.steps?.top !== from) return false;
    this.steps?.push(html, address, title);
    return true;
  }

  /** Show another address in the step on top, with what was filled in there. */
  private async turn(address: string): Promise<void> {
    const top = this.steps?.top;
    const form = top?.place.querySelector("form");
    const entries = form ? entriesOf(form) : [];
    const way: Way = [...(this.steps?.addresses.slice(0, -1) ?? []), [address, top?.title ?? ""]];
    const html = await this.read(await this.ask(address), way, entries);
    if (html === null || this.steps?.top !== top) return;
    this.steps?.replace(html, address);
    this.refill(entries);
  }

  private ask(address: string): Promise<Response | null> {
    return fetch(address, { headers: PART, cache: "no-store" }).catch(() => null);
  }

  /** Return what is to be shown; null after saying why there is nothing, or on the way to the login. */
  private async read(answer: Response | null, steps: Way, entries: Entry[] = []): Promise<string | null> {
    if (answer?.status === 401) return this.logIn({ back: this.back, steps, entries });
    if (answer && answer.status < 500 && answer.headers.get("Content-Type")?.startsWith("text/html")) return answer.text();
    const words = (await wordsOf(answer)) || this.says.text("failed");
    if (this.steps?.top) this.steps.say(words);
    else this.says.note(words);
    return null;
  }

  private async logIn(kept: Kept): Promise<null> {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    await this.steps?.leave();
    window.location.assign(`${this.feed.dataset.login}?next=${encodeURIComponent(this.back)}`);
    return null;
  }

  private refill(entries: Entry[]): void {
    const form = this.steps?.top?.place.querySelector("form");
    if (form) for (const input of filledIn(form)) restore(input, entries);
  }
}

/** The fields that a person fills in; what the page keeps for itself stays as the page says. */
function filledIn(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[name]:not([type=hidden]), textarea[name]")];
}

function entriesOf(form: HTMLFormElement): Entry[] {
  return filledIn(form).filter((input) => input.type !== "checkbox" || input.checked).map((input) => [input.name, input.value]);
}

function restore(input: HTMLInputElement, entries: Entry[]): void {
  const values = entries.filter(([name]) => name === input.name).map(([, value]) => value);
  if (input.type === "checkbox") input.checked ||= values.includes(input.value);
  else if (values[0]) input.value = values[0];
}

function pathOf(address: string): string {
  return new URL(address, document.baseURI).pathname;
}

function withQuery(address: string, more: Record<string, string>): string {
  const url = new URL(address, document.baseURI);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return `${url.pathname}${url.search}`;
}
