import type { Change } from "@/lib/contracts/change";
import type { World } from "./incident-world";

/** A change that could have done it, with its times in milliseconds since the epoch. */
export type Candidate = {
  change: Change;
  at: number;
  /** Until when it was coming into effect: its pods took over from `at` to here; `at` when at once. */
  until: number;
};

const HOUR_MS = 3_600_000;
/** A rollout that is said to have taken longer was stuck, and served from the start. */
const LONGEST_ROLLOUT_MS = 2 * HOUR_MS;

/**
 * Changes that could have caused the harm. Out are: what came after it began (as well as that is
 * known), merges, since code that isn't deployed does nothing, first releases and flags just made, and
 * flags of an environment that no service here is in.
 */
export function couldHaveCaused(world: World): Candidate[] {
  const places = flagPlaces(world);
  return world.changes.flatMap((change): Candidate[] => {
    const at = Date.parse(change.at);
    if (!(at <= world.onset.latest) || !isOfAKind(change, places)) return [];
    return [{ change, at, until: effectiveUntil(change, at, world) }];
  });
}

function isOfAKind({ details, source }: Change, places: ReadonlySet<string>): boolean {
  switch (details.kind) {
    case "merge":
      return false;
    case "deploy":
      return details.previousRevision !== null;
    case "flag":
      return (
        details.action !== "created" &&
        places.has(JSON.stringify([source, details.project, details.environment]))
      );
    case "config":
      return true;
    default:
      return details satisfies never;
  }
}

function flagPlaces(world: World): Set<string> {
  return new Set(
    [...world.services.values()].flatMap(({ flags }) =>
      flags ? JSON.stringify([flags.source, flags.project, flags.environment]) : [],
    ),
  );
}

function effectiveUntil(change: Change, at: number, world: World): number {
  if (change.details.kind !== "deploy") return at;
  if (change.completedAt === null) {
    return change.details.rollout === "rolling" ? Math.max(at, world.now) : at;
  }
  const completed = Date.parse(change.completedAt);
  return completed > at && completed - at <= LONGEST_ROLLOUT_MS ? completed : at;
}
