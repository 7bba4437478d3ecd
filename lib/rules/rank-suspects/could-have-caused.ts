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
const NOT_PRODUCTION =
  /^(?:staging|stage|dev|development|test|testing|qa|uat|preview|sandbox|local)\b/i;
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
    if (!(at <= world.onset.latest) || isElsewhere(change) || !isOfAKind(change, places)) return [];
    return [{ change, at, until: effectiveUntil(change, at, world) }];
  });
}

function isOfAKind({ details, source }: Change, places: ReturnType<typeof flagPlaces>): boolean {
  switch (details.kind) {
    case "merge":
      return false;
    case "deploy":
      return details.previousRevision !== null;
    case "flag":
      return (
        details.action !== "created" &&
        isInAPlace(places, source, details.project, details.environment)
      );
    case "config":
      return true;
    default:
      return details satisfies never;
  }
}

/** A cluster or a namespace that isn't production by its name. */
function isElsewhere({ environment, details }: Change): boolean {
  if (environment !== null && NOT_PRODUCTION.test(environment)) return true;
  const isPlaced = details.kind === "deploy" || details.kind === "config";
  return isPlaced && NOT_PRODUCTION.test(details.namespace);
}

/** Environments that services here are in, by the flags' source and project. */
function flagPlaces(world: World): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { flags } of world.services.values()) {
    if (!flags) continue;
    const place = JSON.stringify([flags.source, flags.project]);
    places.set(place, new Set([...(places.get(place) ?? []), flags.environment]));
  }
  return places;
}

/** Where no service says which environment it is in, an environment is judged by its name. */
function isInAPlace(
  places: ReadonlyMap<string, Set<string>>,
  source: string,
  project: string,
  environment: string,
): boolean {
  const environments = places.get(JSON.stringify([source, project]));
  return environments ? environments.has(environment) : !NOT_PRODUCTION.test(environment);
}

function effectiveUntil(change: Change, at: number, world: World): number {
  if (change.details.kind !== "deploy") return at;
  if (change.completedAt === null) {
    return change.details.rollout === "rolling" ? Math.max(at, world.now) : at;
  }
  const completed = Date.parse(change.completedAt);
  return completed > at && completed - at <= LONGEST_ROLLOUT_MS ? completed : at;
}
