// <ax-countdown data-until="ISO time">: counts down to a deadline; the template already wrote the deadline as text.
import { Part, define } from "../dom";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

class Countdown extends Part {
  private timer = 0;

  protected start(signal: AbortSignal): void {
    const until = Date.parse(this.dataset.until ?? "");
    if (Number.isNaN(until)) return;
    this.title = this.textContent?.trim() ?? "";
    this.setAttribute("role", "timer");
    this.tick(until);
    this.timer = window.setInterval(() => this.tick(until), SECOND);
    signal.addEventListener("abort", () => window.clearInterval(this.timer));
  }

  private tick(until: number): void {
    const left = Math.max(0, until - Date.now());
    this.textContent = left === 0 ? this.text("over") : this.reading(left);
    if (left === 0) {
      window.clearInterval(this.timer);
      this.dispatchEvent(new CustomEvent("ax-over", { bubbles: true }));
    }
  }

  private reading(left: number): string {
    const days = Math.floor(left / DAY);
    const clock = new Date(left % DAY).toISOString().slice(11, 19);
    return days > 0 ? `${this.text("days").replace("{days}", String(days))} ${clock}` : clock;
  }
}

define("ax-countdown", Countdown);
