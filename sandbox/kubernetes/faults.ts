export type FaultMode = "none" | "refuse" | "hang" | "error" | "unauthorized" | "slow";

export type RequestRecord = {
  method: string;
  /** Path with its query. */
  path: string;
  /** Who asked; empty when the token was unknown. */
  user: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  at: number;
  /** The HTTP status answered; 0 while unanswered or when the connection was cut instead. */
  status: number;
};

const KEPT_REQUESTS = 2_000;

/** What goes wrong on purpose, and what was asked of the server. */
export class Faults {
  /** `delayMs` is how long "slow" waits before it answers. */
  #now: { mode: FaultMode; delayMs: number } = { mode: "none", delayMs: 0 };
  /** The next write is carried out, and then the connection is cut instead of answered. */
  applyThenDrop = false;
  readonly #onChange: (mode: FaultMode) => void;
  readonly requests: RequestRecord[] = [];

  constructor(onChange: (mode: FaultMode) => void) {
    this.#onChange = onChange;
  }

  get mode(): FaultMode {
    return this.#now.mode;
  }

  get delayMs(): number {
    return this.#now.delayMs;
  }

  /**
   * Switches to a fault. "refuse" cuts new and open connections, watches too; "hang" leaves
   * requests unanswered and open watches silent for good, without closing anything; "error"
   * answers 500 and "unauthorized" 401; "slow" waits `delayMs` before each answer.
   */
  set(next: { mode: FaultMode; delayMs?: number }): void {
    this.#now = { mode: next.mode, delayMs: next.delayMs ?? 1_000 };
    this.#onChange(next.mode);
  }

  note(request: RequestRecord): RequestRecord {
    this.requests.push(request);
    if (this.requests.length > KEPT_REQUESTS)
      this.requests.splice(0, this.requests.length - KEPT_REQUESTS);
    return request;
  }

  /** Whether this write is the one whose answer gets lost; true once per setting. */
  takeDrop(): boolean {
    const drop = this.applyThenDrop;
    this.applyThenDrop = false;
    return drop;
  }
}
