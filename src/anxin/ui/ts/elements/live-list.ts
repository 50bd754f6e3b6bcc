// <ax-live-list data-url data-ticket>: a list that is fetched anew when something in it changed.
import { Part, define } from "../dom";
import { listen, refresher } from "../live";

class LiveList extends Part {
  private shown = "";

  protected start(signal: AbortSignal): void {
    if (this.dataset.still !== undefined) return; // a later page of the list
    this.shown = this.innerHTML.trim();
    listen(this.dataset.ticket ?? "", refresher(() => this.fetchRows(), signal), signal);
  }

  private async fetchRows(): Promise<void> {
    const answer = await fetch(this.dataset.url ?? "");
    if (!answer.ok || answer.redirected) return;
    const place = document.createElement("template");
    place.innerHTML = await answer.text();
    const rows = place.innerHTML.trim();
    if (rows === this.shown) return; // nothing changed: who is about to press a row finds it there
    this.shown = rows;
    const open = this.querySelector<HTMLAnchorElement>("a[aria-current]")?.pathname;
    this.replaceChildren(place.content);
    for (const row of this.querySelectorAll<HTMLAnchorElement>("a.talk-row"))
      if (row.pathname === open) row.setAttribute("aria-current", "true");
  }
}

// <ax-since data-since="ISO time">: how long ago that is, in minutes, hours or days, growing.
class Since extends Part {
  protected start(signal: AbortSignal): void {
    const since = Date.parse(this.dataset.since ?? "");
    if (Number.isNaN(since)) return;
    const fresh = this.textContent ?? "";
    const show = (): void => {
      const minutes = Math.max(0, Math.floor((Date.now() - since) / 60_000));
      const [name, count] = minutes < 60 ? ["minutes", minutes] : minutes < 1440 ? ["hours", Math.floor(minutes / 60)] : ["days", Math.floor(minutes / 1440)];
      this.textContent = minutes === 0 ? fresh : this.text(name as string).replace("{n}", String(count));
      this.toggleAttribute("data-late", minutes >= 3);
    };
    show();
    const timer = window.setInterval(show, 15_000);
    signal.addEventListener("abort", () => window.clearInterval(timer));
  }
}

define("ax-live-list", LiveList);
define("ax-since", Since);
