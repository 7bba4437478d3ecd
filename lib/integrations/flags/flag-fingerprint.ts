import { createHash } from "node:crypto";
import type { FlagState } from "@/lib/contracts/flag-state";

/**
 * SHA-256 of what a state does, not of how it is stored: equal for a strategy that was removed and
 * created again under another id, whatever the order of keys. The order of strategies counts only
 * where one of them has variants, since then the first that fits decides which. Rules of segments
 * are part of it where they are known.
 */
export function flagFingerprint(state: FlagState): string {
  const strategies = state.strategies.map(({ id: _, ...strategy }) =>
    canonical({ ...strategy, segments: strategy.segments.toSorted((a, b) => a - b) }),
  );
  const orderMatters = state.strategies.some((strategy) => strategy.variants.length > 0);
  const text = canonical({
    enabled: state.enabled,
    strategies: orderMatters ? strategies : strategies.toSorted(),
    variants: state.variants,
    segments: (state.segments ?? [])
      .map(({ id, constraints }) => ({ id, constraints }))
      .toSorted((a, b) => a.id - b.id),
  });
  return createHash("sha256").update(text).digest("hex");
}

/** JSON with the keys of every object in order and undefined left out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    );
  });
}
