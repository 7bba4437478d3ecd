import type { Change } from "@/lib/contracts/change";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Hold } from "@/lib/contracts/hold";
import type { RevertTarget } from "@/lib/contracts/lever";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";

/** A merge that a rollback took back, and whether one that reverts it was merged since. */
export type Culprit = { target: RevertTarget; suspectId: string | null; isReverted: boolean };

/** What a rollback left that stands in no Restoration. */
export type RollbackLeft = {
  restorationId: string;
  /** The revision that it led away from. */
  fromRevision: number | null;
  /** Newest first; at most three. */
  culprits: Culprit[];
  /** Migrations that the database has and the older version doesn't know; null without any. */
  schemaAhead: { version: string; paths: string[] } | null;
};

/** An owner that Restorations paused: one hold, whoever needs it. */
export type PausedOwner = {
  hold: Pick<Hold, "id" | "state" | "sentence" | "at">;
  /** "Argo CD application checkout" */
  title: string;
  /** Seconds until it takes a rollback back once it goes on; null when not before a delivery. */
  undoesWithinSeconds: number | null;
  /** Restorations of the incident that claim it, oldest first, and who dropped the claim by hand. */
  claims: { restorationId: string; droppedAt: string | null; droppedBy: string | null }[];
};

/** A lever that was pulled although something stood in the way. */
export type Overridden = { restorationId: string; sentence: string; reason: string };

export type MigratedDown = { paths: string[]; by: string; at: string };

/** What decides besides Restorations and later Changes what is open. */
export type LeftOpen = {
  freezes: readonly Freeze[];
  paused: readonly PausedOwner[];
  rollbacks: readonly RollbackLeft[];
  overridden: readonly Overridden[];
  migratedDown: readonly MigratedDown[];
  waivers: readonly { key: string; by: string; at: string; reason: string }[];
  /** Milliseconds: whether a freeze is over. */
  now: number;
};

export type LooseEndFacts = LeftOpen & {
  incidentId: string;
  restorations: readonly Restoration[];
  /** Later changes of the watched subjects and merges, in any order. */
  changes: readonly Change[];
};

/** One on its way: the rest follows from its kind. */
export type Draft = Omit<LooseEnd, "incidentId" | "waived" | "blocksResolving">;

export const NOTHING_ELSE: LeftOpen = {
  ...{ freezes: [], paused: [], rollbacks: [], overridden: [], migratedDown: [], waivers: [] },
  now: 0,
};

export type End = { at: string; by: string };

export function closedWith(end: End | null): Pick<LooseEnd, "closedAt" | "closedBy"> {
  return { closedAt: end?.at ?? null, closedBy: end?.by ?? null };
}
