// How long something was looked at: time counts between `resume` and `pause`, never while it loads, rests or is hidden.
export class Look {
  private since = 0; // 0: nothing is looked at now
  private counted = 0;

  get ms(): number {
    return this.counted + (this.since ? performance.now() - this.since : 0);
  }

  resume(): void {
    if (!this.since && !document.hidden) this.since = performance.now();
  }

  pause(): void {
    this.counted = this.ms;
    this.since = 0;
  }

  /** Begin anew; return what was counted, in milliseconds. */
  stop(): number {
    this.pause();
    const counted = Math.round(this.counted);
    this.counted = 0;
    return counted;
  }
}
