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

/** One change of one flag in one environment, as the product's own event log tells it. */
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
  restorationId: string;
};

export type RetoggleAnswer =
  | { outcome: "accepted"; at: string; flag: ObservedFlag }
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
  /** Events since `since`, oldest first, all pages. */
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
  /** Reads, compares with `seen`, acts, reads back. Mutations are sent at most once each. */
  retoggle(request: RetoggleRequest): Promise<RetoggleAnswer>;
  /** How long applications take to notice, milliseconds. */
  readonly propagationMs: number;
  urlOf(flag: FlagRef): string | null;
};
