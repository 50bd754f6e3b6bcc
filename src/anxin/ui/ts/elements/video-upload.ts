// <ax-video-upload data-uploads="/api/v1/me/uploads" data-creator="crt_…">: sends a video in parts while the form is filled in.
// A file that was begun before, also on another device or before a reload, goes on at the byte that the server asks for.
// Once whole it is prepared; how far that is, and what is wrong with the file, is said here before anything is handed in.
import { Part, define } from "../dom";
import { csrf } from "../tell";

type Upload = { id: string; creator_id: string; state: string; file_name: string; bytes_total: number; bytes_received: number; part_bytes_max: number; progress_bps: number; refusal: { detail: string } | null };
const PART_BYTES = 1024 * 1024;
const WAIT_SECONDS = 2;
const WAIT_SECONDS_MAX = 30;
const PREPARED_ASKS_MAX = 900; // half an hour; what takes longer is told in the list of videos

class VideoUpload extends Part {
  private going = false;
  private wanted: HTMLElement | null = null;

  protected start(signal: AbortSignal): void {
    const input = this.input;
    input.name = ""; // the file goes in parts, not with the form
    input.addEventListener("change", () => void this.begin(input.files?.[0], signal), { signal });
    this.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    this.addEventListener("drop", (event) => this.onDrop(event, signal), { signal });
    this.form?.addEventListener("submit", (event) => this.onSubmit(event), { signal, capture: true });
    window.addEventListener("beforeunload", (event) => { if (this.going) event.preventDefault(); }, { signal });
  }

  private get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>("input[type=file]")!;
  }

  private get chosen(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>("input[type=hidden][name=upload]")!;
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form");
  }

  private onDrop(event: DragEvent, signal: AbortSignal): void {
    event.preventDefault();
    void this.begin(event.dataTransfer?.files[0], signal);
  }

  /** Saving waits until the file is whole. */
  private onSubmit(event: SubmitEvent): void {
    if (!this.going || (event.submitter as HTMLButtonElement | null)?.formAction.endsWith("/remove")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.wanted = event.submitter;
    this.say(this.text("saving"));
  }

  private async begin(file: File | undefined, signal: AbortSignal): Promise<void> {
    if (!file || this.going) return;
    this.blame("");
    if (file.size > Number(this.dataset.maxBytes)) return this.blame(this.text("large"));
    this.querySelector("[data-name]")!.textContent = file.name;
    for (const each of this.querySelectorAll<HTMLInputElement>("input[type=radio]")) each.checked = false;
    this.chosen.value = "";
    this.going = true;
    this.querySelector<HTMLElement>("[data-progress]")!.hidden = false;
    try {
      const upload = (await this.known(file)) ?? (await this.opened(file));
      if (upload) await this.send(file, upload, signal);
    } finally {
      this.going = false;
    }
    if (this.wanted) this.form?.requestSubmit(this.wanted);
  }

  /** Return the upload that this file was begun as. */
  private async known(file: File): Promise<Upload | undefined> {
    const answer = await fetch(this.dataset.uploads ?? "").catch(() => null);
    if (!answer?.ok) return undefined;
    const { items } = (await answer.json().catch(() => ({}))) as { items?: Upload[] };
    return items?.find((each) => each.state === "receiving" && each.file_name === file.name
      && each.bytes_total === file.size && each.creator_id === this.dataset.creator);
  }

  private async opened(file: File): Promise<Upload | null> {
    const body = JSON.stringify({ creator: this.dataset.creator, file_name: file.name.slice(-200), bytes_total: file.size });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf() };
    const answer = await fetch(this.dataset.uploads ?? "", { method: "POST", headers, body }).catch(() => null);
    const said = (await answer?.json().catch(() => ({}))) as Partial<Upload> & { detail?: string } | undefined;
    if (answer?.ok && said?.id) return said as Upload;
    this.blame(said?.detail ?? this.text("again"));
    return null;
  }

  private async send(file: File, upload: Upload, signal: AbortSignal): Promise<void> {
    let at = upload.bytes_received;
    let wait = WAIT_SECONDS;
    this.move(at, file.size, at > 0 ? "onward" : "going");
    while (at < file.size && !signal.aborted) {
      const part = file.slice(at, at + Math.min(PART_BYTES, upload.part_bytes_max));
      const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": csrf() };
      const address = `${this.dataset.uploads}/${upload.id}/bytes?offset=${at}`;
      const answer = await fetch(address, { method: "PUT", headers, body: part }).catch(() => null);
      if (answer?.ok) {
        const { bytes_received: received } = (await answer.json().catch(() => ({}))) as { bytes_received?: number };
        if (received === undefined) return this.blame(this.text("again"));
        at = received;
        wait = WAIT_SECONDS;
        this.move(at, file.size, "going");
      } else if (answer && answer.status < 500 && answer.status !== 429) {
        const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; facts?: { offset?: number } };
        if (problem.code !== "content.chunk_out_of_order" || problem.facts?.offset === undefined) return this.blame(problem.detail ?? this.text("again"));
        at = problem.facts.offset;
      } else {
        this.say(this.text("broken").replace("{seconds}", String(wait)));
        await new Promise((done) => window.setTimeout(done, wait * 1000));
        wait = Math.min(wait * 2, WAIT_SECONDS_MAX);
      }
    }
    if (signal.aborted) return;
    this.chosen.value = upload.id;
    this.say(this.text("whole"));
    this.dispatchEvent(new CustomEvent("whole", { bubbles: true }));
    if (!this.wanted) void this.follow(upload.id, signal);
  }

  /** Ask how far a whole file is prepared until that is over, or another file was chosen. */
  private async follow(id: string, signal: AbortSignal): Promise<void> {
    for (let asked = 0; asked < PREPARED_ASKS_MAX; asked += 1) {
      await new Promise((done) => window.setTimeout(done, WAIT_SECONDS * 1000));
      if (signal.aborted || this.chosen.value !== id) return;
      const answer = await fetch(`${this.dataset.uploads}/${id}`).catch(() => null);
      const found = (await answer?.json().catch(() => null)) as Upload | null;
      if (this.chosen.value !== id) return;
      if (!answer?.ok || !found) continue;
      if (found.refusal) {
        this.chosen.value = "";
        this.say("");
        return this.blame(found.refusal.detail);
      }
      if (found.state === "ready") return this.say(this.text("ready"));
      if (found.state === "processing") this.say(this.text("preparing").replace("{percent}", String(Math.floor(found.progress_bps / 100))));
    }
  }

  private move(at: number, total: number, words: string): void {
    const bar = this.querySelector("progress")!;
    bar.value = Math.round((at / total) * bar.max);
    if (!this.wanted) this.say(this.text(words).replace("{percent}", String(Math.floor((at / total) * 100))));
  }

  private say(words: string): void {
    this.querySelector("[data-note]")!.textContent = words;
  }

  private blame(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-fault]")!;
    place.textContent = words;
    place.hidden = !words;
    if (!words) return;
    this.wanted = null;
    this.input.value = ""; // the same file can be chosen again
  }
}

define("ax-video-upload", VideoUpload);
