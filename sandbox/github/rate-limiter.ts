export type Resource = "core" | "search" | "graphql";

export type Allowance = { limit: number; remaining: number; used: number; reset: number };

const WINDOW_MS: Record<Resource, number> = {
  core: 3_600_000,
  graphql: 3_600_000,
  search: 60_000,
};

/** Counts requests by caller and resource in fixed windows, as GitHub's primary limit does. */
export class RateLimiter {
  readonly #limits: Record<Resource, number>;
  readonly #now: () => number;
  readonly #windows = new Map<string, { used: number; endsAt: number }>();

  constructor(perHour: number, now: () => number) {
    this.#limits = { core: perHour, graphql: perHour, search: Math.min(30, perHour) };
    this.#now = now;
  }

  /** What a caller has left; `reset` is in epoch seconds. */
  look(key: string, resource: Resource): Allowance {
    const limit = this.#limits[resource];
    const now = this.#now();
    const window = this.#windows.get(`${key} ${resource}`);
    const live =
      window && window.endsAt > now ? window : { used: 0, endsAt: now + WINDOW_MS[resource] };
    return {
      limit,
      used: live.used,
      remaining: Math.max(0, limit - live.used),
      reset: Math.ceil(live.endsAt / 1000),
    };
  }

  /** Counts one request. */
  take(key: string, resource: Resource): void {
    const name = `${key} ${resource}`;
    const now = this.#now();
    const window = this.#windows.get(name);
    if (window && window.endsAt > now) window.used += 1;
    else this.#windows.set(name, { used: 1, endsAt: now + WINDOW_MS[resource] });
  }
}
