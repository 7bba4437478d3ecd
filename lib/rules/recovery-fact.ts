import type { LooseEndKind } from "@/lib/contracts/loose-end";
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
export type EndedRestoration = ClockedRestoration & Pick<Restoration, "lever" | "wasRecommended">;

/** A Restoration that was accepted, ended or not: what decides which loose ends it left. */
export type PulledRestoration = Pick<Restoration, "lever" | "putBackOf" | "inEffectAt"> & {
  /** For a flag: the state it was turned to. */
  turnedTo: string | null;
  isSchemaAhead: boolean;
  isOverridden: boolean;
};

/** What an incident's Restorations and freezes left, closed since or not. */
export type LeftBehind = {
  pulled: readonly PulledRestoration[];
  freezes: number;
  /** Deliveries that somebody let through a freeze. */
  letThrough: number;
  /** Owners that were paused for Restorations that were accepted. */
  paused: number;
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
  /** What its Restorations and freezes left behind, one for each: as many as the incident lists. */
  looseEnds: LooseEndKind[];
};

/** What each kind of loose end is called in the history. */
export const LOOSE_ENDS: Record<LooseEndKind, string> = {
  "flag-left-off": "A flag left off",
  "older-version": "An older version left running",
  "revert-unmerged": "A revert left unmerged",
  "paused-owner": "A GitOps owner paused",
  freeze: "A freeze of deliveries",
  "schema-ahead": "A schema ahead of its version",
  "override-used": "An override used",
};

/** The narrow row that the recovery history is computed from. `firstAlertAt`: ISO 8601. */
export function recoveryFact(
  incident: ClockedIncident,
  firstAlertAt: string | null,
  restorations: readonly EndedRestoration[],
  left: LeftBehind,
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
    looseEnds: looseEndKinds(left),
  };
}

/** The kinds of what `findLooseEnds` finds, from what the history reads of thousands of incidents at once. */
function looseEndKinds({ pulled, freezes, letThrough, paused }: LeftBehind): LooseEndKind[] {
  const many = (kind: LooseEndKind, n: number) => Array.from({ length: n }, () => kind);
  return [
    ...pulled.flatMap(ofRestoration),
    ...many("paused-owner", paused),
    ...many("freeze", freezes),
    ...many("override-used", letThrough),
  ];
}

function ofRestoration(one: PulledRestoration): LooseEndKind[] {
  const override: LooseEndKind[] = one.isOverridden ? ["override-used"] : [];
  if (one.putBackOf !== null) return override;
  const schema: LooseEndKind[] = one.isSchemaAhead ? ["schema-ahead"] : [];
  return [...ownKind(one), ...schema, ...override];
}

function ownKind({ lever, turnedTo, inEffectAt }: PulledRestoration): LooseEndKind[] {
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
