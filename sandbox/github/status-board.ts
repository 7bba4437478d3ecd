import type { Person } from "./accounts.ts";

export type StatusState = "error" | "failure" | "pending" | "success";

/** A commit status: what one context says of one commit, at one time (epoch milliseconds). */
export type CommitStatus = {
  id: number;
  sha: string;
  state: StatusState;
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: Person;
  at: number;
};

type House = { now: () => number; nextId: () => number; changed: (status: CommitStatus) => void };

/** GitHub keeps so many of one context on one commit and refuses more. */
export const MAX_STATUSES = 1000;

/** The commit statuses of one repository. They are only ever added; the newest of a context counts. */
export class StatusBoard {
  readonly #statuses = new Map<string, CommitStatus[]>();
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  post(details: Omit<CommitStatus, "id" | "at">): CommitStatus {
    const status = { ...details, id: this.#house.nextId(), at: this.#house.now() };
    this.#statuses.set(status.sha, [status, ...this.all(status.sha)]);
    this.#house.changed(status);
    return status;
  }

  /** Every status of a commit, newest first. */
  all(sha: string): CommitStatus[] {
    return this.#statuses.get(sha) ?? [];
  }

  /** The newest status of each context, newest first; their case makes no difference. */
  latest(sha: string): CommitStatus[] {
    const seen = new Set<string>();
    return this.all(sha).filter(({ context }) => {
      const key = context.toLowerCase();
      return !seen.has(key) && Boolean(seen.add(key));
    });
  }

  /** The worst of the newest, or null when nobody said anything. */
  state(sha: string): "success" | "pending" | "failure" | null {
    const states = this.latest(sha).map(({ state }) => state);
    if (states.length === 0) return null;
    if (states.some((state) => state === "failure" || state === "error")) return "failure";
    return states.every((state) => state === "success") ? "success" : "pending";
  }
}
