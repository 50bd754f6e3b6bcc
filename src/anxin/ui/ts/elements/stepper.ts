// <ax-stepper>: a number field with minus and plus, kept between its min and max.
import { Part, define } from "../dom";

class Stepper extends Part {
  protected start(signal: AbortSignal): void {
    this.addEventListener("click", (event) => this.press(event), { signal });
    this.addEventListener("change", () => this.clamp(), { signal });
    this.clamp();
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  private press(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-by]");
    const input = this.input;
    if (!button || !input) return;
    input.value = String(Number(input.value) + Number(button.dataset.by));
    this.clamp();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private clamp(): void {
    const input = this.input;
    if (!input) return;
    const low = Number(input.min || 1);
    const high = Number(input.max || 999);
    const value = Math.min(high, Math.max(low, Math.trunc(Number(input.value)) || low));
    input.value = String(value);
    for (const button of this.querySelectorAll<HTMLButtonElement>("button[data-by]"))
      button.disabled = Number(button.dataset.by) < 0 ? value <= low : value >= high;
  }
}

define("ax-stepper", Stepper);
