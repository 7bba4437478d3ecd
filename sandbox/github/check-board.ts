export type CheckName = "ci / build" | "ci / test";

/** One check run of a commit. Times are epoch milliseconds. */
export type CheckRun = {
  id: number;
  name: CheckName;
  sha: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: "success" | "failure" | null;
  startedAt: number;
  completedAt: number | null;
};

export const CHECK_NAMES: CheckName[] = ["ci / build", "ci / test"];

type Timing = { now: () => number; checksMs: number; changed: (run: CheckRun) => void };

/** The continuous integration of the small world: every pushed head gets two runs that take `checksMs`. */
export class CheckBoard {
  readonly #runs = new Map<string, CheckRun[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #timing: Timing;
  #lastId = 5_000_000;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  #after(delay: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delay);
    timer.unref();
    this.#timers.add(timer);
  }

  /** Queues the runs of a commit; the one named `failing` ends in failure. */
  start(sha: string, failing?: CheckName): void {
    if (this.#runs.has(sha)) return;
    const { now, checksMs, changed } = this.#timing;
    const runs = CHECK_NAMES.map((name): CheckRun => {
      this.#lastId += 1;
      const base = { id: this.#lastId, name, sha, conclusion: null, completedAt: null };
      return { ...base, status: "queued", startedAt: now() };
    });
    this.#runs.set(sha, runs);
    runs.forEach((run, index) => {
      changed(run);
      this.#after(checksMs * 0.15, () => {
        run.status = "in_progress";
        run.startedAt = now();
        changed(run);
      });
      // The build is over before the tests are, so that "some are done" can be seen.
      this.#after(checksMs * (index === 0 ? 0.6 : 1), () => {
        run.status = "completed";
        run.conclusion = run.name === failing ? "failure" : "success";
        run.completedAt = now();
        changed(run);
      });
    });
  }

  /** Records runs that ended well in the past. */
  settle(sha: string, startedAt: number, completedAt: number): void {
    const runs = CHECK_NAMES.map((name): CheckRun => {
      this.#lastId += 1;
      const done = { status: "completed", conclusion: "success" } as const;
      // As now, the build was over before the tests were.
      const part = name === "ci / build" ? 0.6 : 1;
      const endedAt = startedAt + (completedAt - startedAt) * part;
      return { id: this.#lastId, name, sha, ...done, startedAt, completedAt: endedAt };
    });
    this.#runs.set(sha, runs);
  }

  runs(sha: string): CheckRun[] {
    return this.#runs.get(sha) ?? [];
  }

  /** The worst of a commit's runs, or null when it has none. */
  state(sha: string): "success" | "pending" | "failure" | null {
    const runs = this.runs(sha);
    if (runs.length === 0) return null;
    if (runs.some((run) => run.conclusion === "failure")) return "failure";
    return runs.every((run) => run.conclusion === "success") ? "success" : "pending";
  }

  /** How long all checks of a commit usually take, in milliseconds. */
  usualMs(): number {
    return this.#timing.checksMs;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
