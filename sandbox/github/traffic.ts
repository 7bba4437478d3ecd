/** What goes wrong with every request while it is set. */
export type FaultMode =
  | "none"
  | "refuse"
  | "hang"
  | "error"
  | "unauthorized"
  | "rate-limited"
  | "slow";

export type FaultSettings = {
  mode?: FaultMode;
  /** Milliseconds that `slow` adds before the answer. */
  delayMs?: number;
  /** The next write is applied; then this status is answered, or the connection is dropped. */
  applyThenFail?: 500 | 502 | 504 | "drop" | null;
};

/** One request as the sandbox saw it; `status` 0 means that it got no answer. */
export type RequestRecord = {
  method: string;
  path: string;
  /** Name of the GraphQL operation (or its first field); null for anything else. */
  operation: string | null;
  status: number;
  at: number;
};

const RING_SIZE = 2000;

/** Faults to suffer from and a bounded record of requests. */
export class Traffic {
  mode: FaultMode = "none";
  delayMs = 2000;
  applyThenFail: FaultSettings["applyThenFail"] = null;
  readonly requests: RequestRecord[] = [];

  set(settings: FaultSettings): void {
    if (settings.mode !== undefined) this.mode = settings.mode;
    if (settings.delayMs !== undefined) this.delayMs = settings.delayMs;
    if (settings.applyThenFail !== undefined) this.applyThenFail = settings.applyThenFail;
  }

  record(request: RequestRecord): void {
    this.requests.push(request);
    if (this.requests.length > RING_SIZE) this.requests.splice(0, this.requests.length - RING_SIZE);
  }

  /** The failure due after a write, once. */
  takeFailure(): 500 | 502 | 504 | "drop" | null {
    const failure = this.applyThenFail ?? null;
    this.applyThenFail = null;
    return failure;
  }
}
