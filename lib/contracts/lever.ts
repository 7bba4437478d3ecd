import * as z from "zod";
import { OwnerOnLever } from "./owner";
import { SchemaReport } from "./schema-judgement";

export const LeverKind = z.enum(["retoggle", "rollback", "revert"]);
export type LeverKind = z.infer<typeof LeverKind>;

/**
 * What a lever is pulled on.
 * `retoggle.to`: `off`, `on`, or `before` — the state in front of (or, for a put-back, behind) a flag Change.
 */
export const RetoggleTarget = z.object({
  lever: z.literal("retoggle"),
  source: z.string(),
  project: z.string(),
  key: z.string(),
  environment: z.string(),
  to: z.discriminatedUnion("state", [
    z.object({ state: z.literal("off") }),
    z.object({ state: z.literal("on") }),
    z.object({ state: z.literal("before"), changeId: z.string() }),
    /** Only for a put-back: the state recorded by that Restoration before it acted. */
    z.object({ state: z.literal("recorded"), restorationId: z.string() }),
  ]),
});
export type RetoggleTarget = z.infer<typeof RetoggleTarget>;

/** Roll a Deployment back (or forward, for a put-back) to the template of a deploy Change in the ledger. */
export const RollbackTarget = z.object({
  lever: z.literal("rollback"),
  source: z.string(),
  namespace: z.string(),
  deployment: z.string(),
  toChangeId: z.string(),
});
export type RollbackTarget = z.infer<typeof RollbackTarget>;

export const RevertTarget = z.object({
  lever: z.literal("revert"),
  source: z.string(),
  /** "owner/name" */
  repository: z.string(),
  number: z.number().int().positive(),
});
export type RevertTarget = z.infer<typeof RevertTarget>;

export const LeverTarget = z.discriminatedUnion("lever", [
  RetoggleTarget,
  RollbackTarget,
  RevertTarget,
]);
export type LeverTarget = z.infer<typeof LeverTarget>;

export const Blocker = z.object({
  code: z.string(),
  sentence: z.string(),
  /** Who can lift it: "an Unleash admin", "whoever paused it". */
  who: z.string().nullable(),
  /** Exact commands to do it by hand, when there are any. */
  commands: z.array(z.string()).default([]),
  /** A person may pull the lever all the same by typing why; the reason goes into the receipts. */
  mayOverride: z.boolean().optional(),
});
export type Blocker = z.infer<typeof Blocker>;

export const Warning = z.object({
  code: z.string(),
  sentence: z.string(),
  /** An `unsafe` warning keeps a lever from being recommended; a person may still pull it. */
  unsafe: z.boolean().default(false),
});
export type Warning = z.infer<typeof Warning>;

export const Estimate = z.object({
  p50Ms: z.number(),
  p90Ms: z.number().nullable(),
  /** How many verified Restorations it is computed from; 0 means a stated prior. */
  n: z.number().int(),
  /** What the figure is made of, in words. */
  basis: z.string(),
});
export type Estimate = z.infer<typeof Estimate>;

/** One lever for one suspect, computed before the click. */
export const LeverPreview = z.object({
  lever: LeverKind,
  /** Null when there is nothing to pull it on; then a blocker says why. */
  target: LeverTarget.nullable(),
  /** Names the object and the effect: "Roll back checkout 24 → 23". */
  label: z.string(),
  /** What the second press says: "Confirm: 23 (a1b9c3e, live 6 days)". */
  confirm: z.string(),
  sentence: z.string(),
  blockers: z.array(Blocker),
  warnings: z.array(Warning),
  /** Things that were checked and are fine. */
  checks: z.array(z.string()),
  estimate: Estimate,
  touches: z.string(),
  leaves: z.array(z.string()),
  /** Can what comes back run on today's schema? Null where no migration is at issue. */
  schema: SchemaReport.nullish(),
  /** Who keeps the Deployment as it is, and what becomes of them; for a rollback only. */
  owners: z.array(OwnerOnLever).optional(),
  /** Services whose other deliveries can be frozen along with it, in order; for a rollback only. */
  freezes: z.array(z.string()).optional(),
  /** What the user is looking at; goes back with the click. */
  seen: z.string(),
  checkedAt: z.iso.datetime(),
});
export type LeverPreview = z.infer<typeof LeverPreview>;

/** Which lever to pull, and why; `none` when nothing plausible changed or nothing safe is left. */
export const Recommendation = z.object({
  lever: LeverKind.or(z.literal("none")),
  because: z.string(),
  /** How likely the suspect is, between 0 and 1; null when nobody ranked it. */
  probability: z.number().nullish(),
  runnerUp: z.object({ lever: LeverKind, because: z.string() }).nullable(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** The card: three levers side by side for one suspect. */
export const LeverCard = z.object({
  suspectId: z.string(),
  levers: z.array(LeverPreview),
  recommendation: Recommendation,
  checkedAt: z.iso.datetime(),
});
export type LeverCard = z.infer<typeof LeverCard>;
