import type { RateLimit } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";

/** GitHub counts REST and GraphQL apart. */
export type Resource = "core" | "graphql";

/** Keeps what GitHub says about its limits, and keeps us from asking while it won't answer. */
export type RateGate = {
  /** Throws SourceError `rate-limited` while GitHub has asked us to wait. */
  pass(resource: Resource): void;
  /** Reads an answer's headers; returns when to ask again if the answer refused for a limit. */
  observe(
    resource: Resource,
    answer: { status: number; headers: Headers; body: string },
  ): Date | null;
  /** The REST limit, or null when none has been told. */
  standing(): RateLimit | null;
};

// GitHub asks for at least a minute when a secondary limit comes without a Retry-After.
const SECONDARY_WAIT_MS = 60_000;
const LEAST_WAIT_MS = 1_000;

export function rateLimited(retryAt: Date): SourceError {
  const clock = retryAt.toISOString().slice(11, 16);
  return new SourceError(
    "rate-limited",
    `GitHub's rate limit is used up. It answers again at ${clock} UTC; nothing is asked until then.`,
    { retryAt },
  );
}

function retryAfterMs(value: string | null, now: number): number | null {
  if (value === null) return null;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(wait, LEAST_WAIT_MS) : null;
}

function wholeNumber(value: string | null): number | null {
  return value !== null && /^\d{1,12}$/.test(value) ? Number(value) : null;
}

export function createRateGate(now: () => Date): RateGate {
  const closedUntil: Record<Resource | "all", number> = { core: 0, graphql: 0, all: 0 };
  let core: RateLimit | null = null;

  return {
    pass(resource) {
      const until = Math.max(closedUntil[resource], closedUntil.all);
      if (until > now().getTime()) throw rateLimited(new Date(until));
    },

    observe(resource, { status, headers, body }) {
      const at = now().getTime();
      const limit = wholeNumber(headers.get("x-ratelimit-limit"));
      const remaining = wholeNumber(headers.get("x-ratelimit-remaining"));
      const reset = wholeNumber(headers.get("x-ratelimit-reset"));
      if (limit !== null && remaining !== null && reset !== null) {
        if (resource === "core")
          core = { limit, remaining, resetsAt: new Date(reset * 1000).toISOString() };
        if (remaining === 0) closedUntil[resource] = Math.max(reset * 1000, closedUntil[resource]);
      }
      if (status !== 403 && status !== 429) return null;

      const told = retryAfterMs(headers.get("retry-after"), at);
      if (told !== null) {
        closedUntil.all = at + told;
        return new Date(closedUntil.all);
      }
      if (remaining === 0) {
        closedUntil[resource] = Math.max(closedUntil[resource], at + LEAST_WAIT_MS);
        return new Date(closedUntil[resource]);
      }
      // A secondary limit is a 403 like a missing permission; only its text tells them apart.
      if (status === 429 || /rate limit|abuse detection/i.test(body.slice(0, 2_000))) {
        closedUntil.all = at + SECONDARY_WAIT_MS;
        return new Date(closedUntil.all);
      }
      return null;
    },

    standing: () => core,
  };
}
