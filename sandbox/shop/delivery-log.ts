/**
 * `review`: its pull request isn't merged yet. `building`. `held`: something keeps it from going on, and
 * it is tried again. `delivering`: handed to the cluster or to git. `failed`: refused.
 */
export type DeliveryState =
  | "review"
  | "building"
  | "held"
  | "delivering"
  | "delivered"
  | "failed"
  | "superseded";

export type DeliveryEntry = {
  id: number;
  service: string;
  /** What it brings: "Merge pull request #12 from …". */
  title: string;
  /** Number of the pull request it began with; null when there was none. */
  pull: number | null;
  /** Commit that it delivers, once that is known. */
  sha: string | null;
  state: DeliveryState;
  /** Why it is held or failed, in the words of whoever said so. */
  message: string | null;
  /** When it came into this state. */
  at: string;
};

const KEPT = 40;

/** What became of the deliveries, the newest last. */
export class DeliveryLog {
  readonly #report: (sentence: string) => void;
  #entries: DeliveryEntry[] = [];
  #last = 0;

  constructor(report: (sentence: string) => void) {
    this.#report = report;
  }

  begin(details: Pick<DeliveryEntry, "service" | "title" | "pull" | "state">): DeliveryEntry {
    this.#last += 1;
    const at = new Date().toISOString();
    const entry: DeliveryEntry = { ...details, id: this.#last, sha: null, message: null, at };
    this.#entries = [...this.#entries, entry].slice(-KEPT);
    return entry;
  }

  /** The delivery that began with a pull request, or with the newest waiting one of a service. */
  ofPull(pull: number, service: string): DeliveryEntry | undefined {
    return this.#entries.findLast((one) => one.pull === pull && one.service === service);
  }

  /** Moves a delivery on; a reason is told once, not each time it is the same. */
  move(entry: DeliveryEntry, state: DeliveryState, message: string | null = null): void {
    if (entry.state === state && entry.message === message) return;
    entry.state = state;
    entry.message = message;
    entry.at = new Date().toISOString();
    const name = `The delivery of ${entry.service} (${entry.title})`;
    if (state === "held") this.#report(`${name} waits: ${message}`);
    if (state === "failed") this.#report(`${name} failed: ${message}`);
  }

  find(id: number): DeliveryEntry | undefined {
    return this.#entries.find((one) => one.id === id);
  }

  entries(): DeliveryEntry[] {
    return this.#entries.map((one) => ({ ...one }));
  }
}
