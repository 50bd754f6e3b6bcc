// <ax-sku-picker data-skus="[…]">: chips for each option; a value that leads to no buyable SKU is greyed.
// Without scripts a plain <select name="sku"> in <noscript> does the same.
import { Part, define, parseJson } from "../dom";

type Sku = { id: string; options: string[]; price: string; was: string; stock: number; picture: string };

class SkuPicker extends Part {
  private skus: Sku[] = [];

  protected start(signal: AbortSignal): void {
    this.skus = parseJson<Sku[]>(this.dataset.skus, []);
    this.addEventListener("change", () => this.refresh(true), { signal });
    this.refresh(false);
  }

  private get axes(): HTMLInputElement[][] {
    return [...this.querySelectorAll<HTMLFieldSetElement>("fieldset.axis")].map((axis) => [
      ...axis.querySelectorAll<HTMLInputElement>("input[type=radio]"),
    ]);
  }

  private refresh(byHand: boolean): void {
    const axes = this.axes;
    const chosen = axes.map((axis) => axis.find((input) => input.checked)?.value);
    axes.forEach((axis, index) => {
      for (const input of axis) this.grey(input, !this.reachable(chosen, index, input.value));
    });
    const sku = this.skus.find((each) => each.options.every((value, index) => value === chosen[index]));
    this.show(sku, byHand);
  }

  /** Whether `value` on axis `index` leads to a SKU in stock, with the other choices as they are. */
  private reachable(chosen: (string | undefined)[], index: number, value: string): boolean {
    const wanted = chosen.map((each, at) => (at === index ? value : each));
    return this.skus.some((sku) => sku.stock > 0 && wanted.every((each, at) => !each || sku.options[at] === each));
  }

  private grey(input: HTMLInputElement, missing: boolean): void {
    input.closest(".chip")?.classList.toggle("missing", missing);
    const note = missing ? `${input.value} ${this.text("missing")}` : input.value;
    input.setAttribute("aria-label", note);
  }

  private show(sku: Sku | undefined, byHand: boolean): void {
    const field = this.querySelector<HTMLInputElement>("input[name=sku]");
    if (field) field.value = sku && sku.stock > 0 ? sku.id : "";
    const page = this.closest("form, main") ?? document;
    for (const button of page.querySelectorAll<HTMLButtonElement>("[data-needs-sku]"))
      button.disabled = !(sku && sku.stock > 0);
    this.tell("[data-sku-note]", this.note(sku));
    if (!sku) return;
    this.tell("[data-sku-price]", sku.price);
    this.tell("[data-sku-was]", sku.was);
    const quantity = page.querySelector<HTMLInputElement>("ax-stepper input");
    if (quantity && sku.stock > 0) {
      quantity.max = String(sku.stock);
      quantity.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (byHand && sku.picture) document.dispatchEvent(new CustomEvent("ax-picture", { detail: sku.picture }));
  }

  private note(sku: Sku | undefined): string {
    if (!sku) return this.text("choose");
    return sku.stock > 0 ? this.text("left").replace("{stock}", String(sku.stock)) : this.text("gone");
  }

  private tell(selector: string, text: string): void {
    for (const place of document.querySelectorAll(selector)) if (place.textContent !== text) place.textContent = text;
  }
}

define("ax-sku-picker", SkuPicker);
