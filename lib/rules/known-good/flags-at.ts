import type { Change, FlagDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";

/** A flag as it is now, or was at a time. */
export type FlagThen = { key: string; environment: string; state: FlagState };

type FlagChange = { change: Change; details: FlagDetails; at: number };

/** The history of a service's flags, to be asked what they were at a time. */
export type FlagHistory = {
  /** Moments at which a flag's state changed, oldest first, milliseconds. */
  moments: number[];
  /** Every flag whose state then is known, by name. */
  at(time: number): FlagThen[];
  /** One flag's state then; null when it isn't known. */
  stateAt(flag: { key: string; environment: string }, time: number): FlagState | null;
};

const keyOf = ({ key, environment }: { key: string; environment: string }) =>
  `${environment} ${key}`;

/** What flags were at any time, walked from their Changes and from what they are now. */
export function flagHistory(changes: readonly Change[], now: readonly FlagThen[]): FlagHistory {
  const flagChanges = changes
    .flatMap((change): FlagChange[] =>
      change.details.kind === "flag"
        ? [{ change, details: change.details, at: Date.parse(change.at) }]
        : [],
    )
    .sort((a, b) => a.at - b.at || a.change.id.localeCompare(b.change.id));
  const byFlag = Map.groupBy(flagChanges, ({ details }) => keyOf(details));
  const current = new Map(now.map((flag) => [keyOf(flag), flag]));
  const stateAt: FlagHistory["stateAt"] = (flag, time) => {
    const own = byFlag.get(keyOf(flag)) ?? [];
    const last = own.findLast(({ at }) => at <= time);
    const next = own.find(({ at }) => at > time);
    // What a change led to may only be known from what the next one left.
    if (last?.details.after) return last.details.after;
    return next ? next.details.before : (current.get(keyOf(flag))?.state ?? null);
  };
  const names = new Map<string, { key: string; environment: string }>();
  for (const { details } of flagChanges) names.set(keyOf(details), details);
  for (const flag of now) names.set(keyOf(flag), flag);
  const ordered = [...names.entries()].sort(([a], [b]) => a.localeCompare(b));
  return {
    moments: [
      ...new Set(flagChanges.filter(({ details }) => altersState(details)).map(({ at }) => at)),
    ],
    at: (time) =>
      ordered.flatMap(([, { key, environment }]) => {
        const state = stateAt({ key, environment }, time);
        return state ? [{ key, environment, state }] : [];
      }),
    stateAt,
  };
}

/** A flag that is made changes nothing yet; one that is archived is no longer asked. */
function altersState({ action, before, after }: FlagDetails): boolean {
  return action !== "created" && !isSameState(before, after);
}

/** Whether customers get the same of a flag; two unknown states aren't known to be the same. */
export function isSameState(a: FlagState | null, b: FlagState | null): boolean {
  if (a === null || b === null) return false;
  if (!a.enabled || !b.enabled) return a.enabled === b.enabled;
  return canonical(a) === canonical(b);
}

function canonical({ strategies, variants, segments }: FlagState): string {
  const own = strategies
    .filter(({ disabled }) => !disabled)
    .map(({ name, parameters, constraints, segments: ids, variants: split }) =>
      sorted({ name, parameters, constraints, ids, split }),
    );
  return JSON.stringify(sorted({ own, variants, segments: segments ?? [] }));
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
