import type { RestoredBy } from "@/lib/contracts/recovery";
import { PhaseName } from "@/lib/contracts/recovery-phase";
import type { Restoration } from "@/lib/contracts/restoration";
import {
  type ClockedIncident,
  type ClockedRestoration,
  recoveryMs,
  recoveryPhases,
  restoringOf,
} from "./recovery-phases";

/** A Restoration that has ended, as the history reads it. */
export type EndedRestoration = ClockedRestoration &
  Pick<Restoration, "lever" | "wasRecommended"> & {
    /** For a flag: the state it was turned to. */
    turnedTo: string | null;
  };

/** What an incident adds to the history. Milliseconds; null where something isn't known. */
export type RecoveryFact = {
  ms: number | null;
  lever: RestoredBy;
  /** In the order of the phases. */
  phases: (number | null)[];
  /** Presses with a recommendation on screen, those that followed it, those of them that were verified. */
  given: number;
  followed: number;
  right: number;
  /** What its Restorations left behind, one for each. */
  looseEnds: LooseEndKind[];
};

export type LooseEndKind = "flag-left-off" | "older-version" | "revert-unmerged";

/** What each kind of loose end is called in the history. */
export const LOOSE_ENDS: Record<LooseEndKind, string> = {
  "flag-left-off": "A flag left off",
  "older-version": "An older version left running",
  "revert-unmerged": "A revert left unmerged",
};

/** The narrow row that the recovery history is computed from. `firstAlertAt`: ISO 8601. */
export function recoveryFact(
  incident: ClockedIncident,
  firstAlertAt: string | null,
  restorations: readonly EndedRestoration[],
): RecoveryFact {
  const ms = recoveryMs(incident, restorations);
  const phases =
    ms === null
      ? PhaseName.options.map(() => null)
      : recoveryPhases({ incident, firstAlertAt, restorations }).map((phase) => phase.ms);
  const advised = restorations.filter(
    ({ wasRecommended, putBackOf }) => wasRecommended !== null && putBackOf === null,
  );
  const followed = advised.filter(({ wasRecommended }) => wasRecommended === true);
  return {
    ms,
    lever: restoringOf(incident, restorations)?.lever ?? "none",
    phases,
    given: advised.length,
    followed: followed.length,
    right: followed.filter(({ state }) => state === "verified").length,
    looseEnds: restorations.flatMap(looseEndOf),
  };
}

function looseEndOf({
  lever,
  turnedTo,
  putBackOf,
  acceptedAt,
  inEffectAt,
}: EndedRestoration): LooseEndKind[] {
  if (putBackOf !== null || acceptedAt === null) return [];
  switch (lever) {
    case "retoggle":
      return turnedTo === "on" ? [] : ["flag-left-off"];
    case "rollback":
      return ["older-version"];
    case "revert":
      return inEffectAt === null ? ["revert-unmerged"] : [];
    default:
      return lever satisfies never;
  }
}
