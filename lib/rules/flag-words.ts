import type { FlagState } from "@/lib/contracts/flag-state";

/**
 * The share of customers who get the feature, 0 to 100; null when constraints or several
 * strategies make it impossible to say.
 */
export function rolloutPercent(state: FlagState): number | null {
  if (!state.enabled) return 0;
  const active = state.strategies.filter((strategy) => !strategy.disabled);
  if (active.length !== 1) return active.length === 0 ? 100 : null;
  const only = active[0];
  if (!only || only.constraints.length > 0 || only.segments.length > 0) return null;
  const rollout = only.parameters.rollout ?? only.parameters.percentage;
  if (rollout === undefined) return only.name === "default" ? 100 : null;
  const percent = Number(rollout);
  return Number.isFinite(percent) ? percent : null;
}

/** A flag's state in a few words: "off", "on for 25 %" (in one piece), "on (2 strategies)". */
export function flagStateInWords(state: FlagState): string {
  if (!state.enabled) return "off";
  const percent = rolloutPercent(state);
  if (percent === 100) return "on for all";
  if (percent !== null) return `on for ${percent}\u00a0%`;
  const active = state.strategies.filter((strategy) => !strategy.disabled).length;
  return active === 1 ? "on (targeted)" : `on (${active} strategies)`;
}

/** A change of a flag in a few words: "25 → 100 %" between two shares, else "off → on for all". */
export function flagChangeInWords(before: FlagState, after: FlagState): string {
  const from = before.enabled ? rolloutPercent(before) : null;
  const to = after.enabled ? rolloutPercent(after) : null;
  if (from !== null && to !== null && from !== to) return `${from} → ${to}\u00a0%`;
  return `${flagStateInWords(before)} → ${flagStateInWords(after)}`;
}
