// What is done with a slide: liked, kept, followed, shared, its address copied.
import { csrf, type Shown } from "../tell";

const COUNTED = new Set(["like", "favourite"]);

/** What an act needs of the feed: its words, and a place to say them. */
export type Says = { note: (words: string) => void; text: (name: string) => string };

export function shownOf(slide: HTMLElement): Shown {
  const { id, request, slot } = slide.dataset;
  return { item: id ?? "", ...(request ? { request, slot: Number(slot) } : {}) };
}

/** The feed's address that begins with the slide. */
export function addressOf(slide: HTMLElement): string {
  return `${window.location.pathname}?at=${slide.dataset.id}`;
}

/** Where the slide stood, as the query of an address. */
function placeOf(slide: HTMLElement): string {
  const { request, slot } = slide.dataset;
  return request ? `?request=${request}&slot=${slot}` : "";
}

export function press(slide: HTMLElement | null, name: string): void {
  slide?.querySelector<HTMLFormElement>(`form[data-act=${name}]`)?.requestSubmit();
}

export function ask(address: string, method: string, body?: object): Promise<Response | null> {
  const headers = { "X-CSRFToken": csrf(), ...(body ? { "Content-Type": "application/json" } : {}) };
  return fetch(address, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }).catch(() => null);
}

/** Like, keep or follow, or take it back: shown at once, undone when the market says no. */
export async function react(act: string, form: HTMLFormElement, slide: HTMLElement, says: Says): Promise<void> {
  const button = form.querySelector("button")!;
  const on = button.getAttribute("aria-pressed") !== "true";
  mark(act, slide, button, on);
  const place = act === "follow" ? `creators/${slide.dataset.creator}/follow` : `content/${slide.dataset.id}/${act}`;
  const answer = await ask(`/api/v1/${place}${placeOf(slide)}`, on ? "PUT" : "DELETE"); // the server tells it
  if (answer?.ok) return;
  mark(act, slide, button, !on);
  says.note(says.text("failed"));
}

function mark(act: string, slide: HTMLElement, button: HTMLButtonElement, on: boolean): void {
  const same = `.slide[data-creator="${slide.dataset.creator}"] form[data-act=follow] button`;
  for (const each of act === "follow" ? document.querySelectorAll(same) : [button]) each.setAttribute("aria-pressed", String(on));
  const count = COUNTED.has(act) ? button.querySelector<HTMLElement>("[data-count]") : null;
  if (!count) return;
  const number = Number(count.dataset.count) + (on ? 1 : -1);
  count.dataset.count = String(number);
  if (number < 10_000) count.textContent = String(number);
}

/** Hand a short link on, by the phone's own sheet where it has one. */
export async function share(slide: HTMLElement, says: Says): Promise<void> {
  const answer = await ask(`/api/v1/content/${slide.dataset.id}/share${placeOf(slide)}`, "POST");
  if (!answer?.ok) return says.note(says.text("failed"));
  const { url } = (await answer.json()) as { url: string };
  if (navigator.share) await navigator.share({ url }).catch(() => undefined);
  else await copy(url, says);
}

/** Copy an address, or show it where the browser forbids that. */
export async function copy(address: string, says: Says): Promise<void> {
  const url = new URL(address, document.baseURI).href;
  const done = await navigator.clipboard?.writeText(url).then(() => true, () => false);
  says.note(done ? says.text("copied") : url);
}

/** A heart over what was liked by two taps. */
export function burst(slide: HTMLElement): void {
  const heart = slide.querySelector("[data-act=like] svg")?.cloneNode(true) as SVGElement | undefined;
  if (!heart) return;
  heart.setAttribute("class", "slide-burst");
  slide.querySelector(".slide-stage")?.append(heart);
  window.setTimeout(() => heart.remove(), 700);
}
