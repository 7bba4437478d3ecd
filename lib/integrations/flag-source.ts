import type { FlagDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { Blocker, Warning } from "@/lib/contracts/lever";

export type FlagRef = { project: string; key: string; environment: string };

export type ObservedFlag = FlagRef & {
  state: FlagState;
  /** Equal states have equal fingerprints: SHA-256 of the canonical state. */
  fingerprint: string;
  description: string | null;
  archived: boolean;
};

/**
 * One change of one flag in one environment, as the product's own event log tells it. `before` and
 * `after` are whole states and exact, or null.
 */
export type ObservedFlagEvent = FlagRef & {
  /** The product's id of the event: the natural key of the Change. */
  eventId: string;
  at: string;
  by: string | null;
  action: FlagDetails["action"];
  /** Null when the product doesn't say; the ledger fills it from what it knew. */
  before: FlagState | null;
  after: FlagState | null;
};

export type RetogglePlan =
  | { to: "off" }
  | { to: "on" }
  /** Exactly this state: strategies, percentages, variants, segments and on/off. */
  | { to: "state"; state: FlagState };

export type RetoggleRequest = FlagRef & {
  plan: RetogglePlan;
  /** Fingerprint of the state the user saw. */
  seen: string;
  /** Written beside the change by products that have a place for it; Unleash has none. */
  restorationId: string;
  /**
   * A read of this flag that began after the press (for example beside writing the intent): spares
   * the adapter its own. Never a read from before the press.
   */
  live?: ObservedFlag;
};

/**
 * `accepted`: the product said yes to every mutation; `flag` is the state they lead to, and a later
 * `read` whose fingerprint is the same says that it is in effect. `before` is what was live at the
 * moment of acting: what a put-back returns to. `unchanged`, `changed`, `refused`: nothing was sent
 * that took effect, and `flag` is what is live.
 */
export type RetoggleAnswer =
  | { outcome: "accepted"; at: string; flag: ObservedFlag; before: ObservedFlag }
  | { outcome: "unchanged"; because: string; flag: ObservedFlag }
  | { outcome: "changed"; because: string; flag: ObservedFlag }
  | { outcome: "refused"; blocker: Blocker };

export type FlagSource = {
  readonly kind: "flags";
  readonly product: string;
  check(): Promise<{ version: string }>;
  /** Every flag of the project with its state in that environment. */
  list(scope: { project: string; environment: string }): Promise<ObservedFlag[]>;
  /** A fresh read. Throws SourceError `not-found`. */
  read(flag: FlagRef): Promise<ObservedFlag>;
  /**
   * As fresh as `read`, for who wants to know whether the flag is still as it was seen: may answer
   * with what was seen when the product says that nothing happened since.
   */
  readSince(flag: FlagRef, seen: string): Promise<ObservedFlag>;
  /** The state with this fingerprint, if this process saw it of late; asks nobody. */
  recall(fingerprint: string): FlagState | null;
  /** Events at or after `since`, oldest first, all pages. */
  eventsSince(
    scope: { project: string; environment: string },
    since: Date,
  ): Promise<ObservedFlagEvent[]>;
  /** What pulling would do and what stands in the way (change requests, permissions, on-side-effects). */
  previewRetoggle(
    flag: FlagRef,
    plan: RetogglePlan,
  ): Promise<{
    live: ObservedFlag;
    after: FlagState;
    blockers: Blocker[];
    warnings: Warning[];
    checks: string[];
  }>;
  /**
   * Reads, compares with `seen`, acts. Mutations are sent at most once each; it doesn't read back, so
   * that the answer comes as soon as the product has agreed. Throws SourceError with `mayHaveActed`
   * when an answer was lost, or some but not all mutations were made: then read the flag.
   */
  retoggle(request: RetoggleRequest): Promise<RetoggleAnswer>;
  /** By how many milliseconds its clock was ahead of ours when it last answered; null while unknown. */
  clockAheadMs?(): number | null;
  /** How long applications take to notice, milliseconds. */
  readonly propagationMs: number;
  urlOf(flag: FlagRef): string | null;
};
