/**
 * One controller's work: a key is worked on once at a time, again when it was woken meanwhile, and
 * a second later when the work failed.
 */
export class Loop {
  readonly #work: (key: string) => Promise<void>;
  readonly #failed: (key: string, error: unknown) => void;
  readonly #running = new Map<string, "once" | "again">();
  readonly #timers = new Map<string, { dueMs: number; timer: NodeJS.Timeout }>();
  #isStopped = false;

  constructor(
    work: (key: string) => Promise<void>,
    failed: (key: string, error: unknown) => void = () => undefined,
  ) {
    this.#work = work;
    this.#failed = failed;
  }

  wake(key: string): void {
    if (this.#isStopped) return;
    if (this.#running.has(key)) {
      this.#running.set(key, "again");
      return;
    }
    this.#running.set(key, "once");
    void this.#run(key);
  }

  /** Wakes the key after some milliseconds, unless it is to be woken sooner anyway. */
  wakeAfter(key: string, delayMs: number): void {
    if (this.#isStopped) return;
    const dueMs = performance.now() + delayMs;
    const known = this.#timers.get(key);
    if (known && known.dueMs <= dueMs) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.wake(key);
    }, delayMs);
    timer.unref();
    this.#timers.set(key, { dueMs, timer });
  }

  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#work(key);
    } catch (error) {
      if (!this.#isStopped) this.#failed(key, error);
      this.wakeAfter(key, 1_000);
    }
    const isWanted = this.#running.get(key) === "again";
    this.#running.delete(key);
    if (isWanted) this.wake(key);
  }
}
