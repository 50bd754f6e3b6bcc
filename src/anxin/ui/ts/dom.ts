// What scripts of pages share: the header that asks for an answer alone, and a custom element that undoes its listeners.
export const PART = { Accept: "text/html-part" }; // not for a page around it

/** A custom element that undoes its listeners when it leaves the page. */
export abstract class Part extends HTMLElement {
  private undo: AbortController | undefined;

  connectedCallback(): void {
    this.undo = new AbortController();
    this.start(this.undo.signal);
  }

  disconnectedCallback(): void {
    this.undo?.abort();
  }

  /** Begin; listeners given `signal` are removed with the element. */
  protected abstract start(signal: AbortSignal): void;

  /** The text that the template translated for this element, such as data-text-days. */
  protected text(name: string): string {
    return this.dataset[`text${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? "";
  }
}

export function define(name: string, part: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, part);
}

export function parseJson<T>(text: string | undefined, fallback: T): T {
  if (!text) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback;
  }
}

/** Why something was refused, in the reader's words; empty where nobody said. */
export async function wordsOf(answer: Response | null): Promise<string> {
  const kind = answer?.headers.get("Content-Type") ?? "";
  if (!answer || answer.status >= 500) return "";
  if (kind.startsWith("text/plain")) return answer.text();
  if (!kind.includes("json")) return "";
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  return problem.detail ?? "";
}
