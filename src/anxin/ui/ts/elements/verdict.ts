// <ax-verdict>: the verdict form of an arbitrator. The chosen reason says which decisions it carries, up to which
// amounts, by which article, and what stands in its way. The server checks all of it again.
import { Part, define } from "../dom";

class Verdict extends Part {
  protected start(signal: AbortSignal): void {
    this.addEventListener("change", () => this.refresh(), { signal });
    this.refresh();
  }

  private refresh(): void {
    const reason = this.querySelector<HTMLSelectElement>("select[name=reason]")?.selectedOptions[0];
    const kind = this.querySelector<HTMLSelectElement>("select[name=kind]");
    if (!reason || !kind) return;
    const kinds = (reason.dataset.kinds ?? "").split(" ");
    for (const option of kind.options) option.disabled = option.hidden = !kinds.includes(option.value);
    if (!kinds.includes(kind.value)) kind.value = kinds[0] ?? "";
    const refunds = ["full_refund", "partial_refund", "return_refund"].includes(kind.value);
    this.show("freight", kind.value === "return_refund");
    this.show("refund", refunds);
    this.show("compensation", kind.value !== "no_support");
    this.cap(reason, refunds);
  }

  /** A field that the decision does not have is emptied and hidden. */
  private show(name: string, shown: boolean): void {
    const input = this.querySelector<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`);
    const field = input?.closest<HTMLElement>(".field");
    if (!input || !field) return;
    field.hidden = !shown;
    if (!shown && input instanceof HTMLInputElement) input.value = "";
  }

  private cap(reason: HTMLOptionElement, refunds: boolean): void {
    const box = this.querySelector<HTMLElement>("[data-caps]");
    if (!box) return;
    const lines = [reason.dataset.article ?? ""];
    const refund = Number(reason.dataset.refund ?? 0);
    const compensation = Number(reason.dataset.compensation ?? 0);
    if (refunds && refund > 0) lines.push(this.text("refund").replace("{amount}", yuan(refund)));
    if (compensation > 0) lines.push(this.text("compensation").replace("{amount}", yuan(compensation)));
    if (refund + compensation === 0) lines.push(this.text("none"));
    if (reason.dataset.obstacle) lines.push(`✗ ${reason.dataset.obstacle}`);
    box.textContent = lines.filter(Boolean).join("\n");
  }
}

function yuan(minor: number): string {
  const whole = Math.floor(minor / 100).toLocaleString("en-US");
  return `¥${whole}.${String(minor % 100).padStart(2, "0")}`;
}

define("ax-verdict", Verdict);
