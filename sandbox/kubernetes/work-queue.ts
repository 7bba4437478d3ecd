/** Keys waiting for one worker: a key waits once however often it is added, and may be due later. */
export class WorkQueue {
  readonly #work: (key: string) => void;
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #scheduled = false;
  #stopped = false;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#drain());
  }

  /** Adds the key after some milliseconds; a later call for the same key replaces the earlier. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timers.get(key));
    const timer = setTimeout(
      () => {
        this.#timers.delete(key);
        this.add(key);
      },
      Math.max(0, delayMs),
    );
    timer.unref();
    this.#timers.set(key, timer);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Works on what waits now; what that adds waits for the next turn, so that requests get theirs. */
  #drain(): void {
    this.#scheduled = false;
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const key of due) if (!this.#stopped) this.#work(key);
  }
}
