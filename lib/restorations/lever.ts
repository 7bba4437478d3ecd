import "server-only";
import type { Blocker, LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { Stage } from "@/lib/contracts/restoration";
import type { RevertPath } from "@/lib/integrations/code-guard";
import type { PodTemplate } from "@/lib/integrations/deploy-source";
import type { ObservedFlag } from "@/lib/integrations/flag-source";
import type { Undoing } from "@/lib/rules/undone";
import type { Ctx } from "@/lib/server/context";
import type { Plan, Seen } from "./plan";
import type { Job } from "./store";

/** What a lever says of itself before the click; the caller adds the estimate and the time. */
export type Look = Pick<
  LeverPreview,
  | "label"
  | "confirm"
  | "sentence"
  | "blockers"
  | "warnings"
  | "checks"
  | "touches"
  | "leaves"
  | "schema"
  | "owners"
  | "freezes"
> & {
  seen: Seen;
  service: string | null;
  /** How a revert would get onto its branch, when that was read: what its estimate is made of. */
  path?: RevertPath | null;
};

export type Prepared = {
  plan: Plan;
  label: string;
  service: string | null;
  url: string | null;
  /** What stands in its way as far as the ledger knows, and may be overridden. */
  blockers?: Blocker[];
  /** A read of the flag begun at the press, while the intent is being written. */
  live?: Promise<ObservedFlag>;
  /** Pod templates of a rollback; `from` is null when the ledger doesn't hold what was seen. */
  templates?: { from: PodTemplate | null; to: PodTemplate };
};

export type Acted =
  | { outcome: "accepted"; at: Date; sentence: string; plan?: Plan; url?: string | null }
  | { outcome: "unchanged"; because: string }
  /** The world isn't what was seen: nothing was done. */
  | { outcome: "changed"; because: string }
  | { outcome: "refused"; blocker: Blocker };

export type Observed =
  | { state: "waiting"; progress: string; stages?: Stage[]; plan?: Plan }
  | { state: "in-effect"; at: Date; sentence: string; stages?: Stage[]; plan?: Plan }
  /** `undoing`: somebody took back what was done. */
  | { state: "failed"; code: string; sentence: string; stages?: Stage[]; undoing?: Undoing };

/** What reading the world says of an act whose answer never came. */
export type Settled =
  | { found: "applied"; sentence: string; plan?: Plan; url?: string | null }
  | { found: "not-applied"; sentence: string }
  | { found: "undecided"; sentence: string };

/**
 * One way back. `look` reads the world and pulls nothing. `prepare` reads only the ledger. `act` is the
 * one line that touches the world. `observe` and `settle` read the world to say how far it is.
 */
export type Lever<T extends LeverTarget> = {
  look(ctx: Ctx, target: T): Promise<Look>;
  prepare(ctx: Ctx, target: T, seen: Seen): Promise<Prepared>;
  act(ctx: Ctx, target: T, job: Job, prepared: Prepared): Promise<Acted>;
  observe(ctx: Ctx, target: T, job: Job): Promise<Observed>;
  settle(ctx: Ctx, target: T, job: Job): Promise<Settled>;
};
