import * as z from "zod";
import { RevertTarget } from "./lever";
import { isSeen } from "./seen-text";

export const LooseEndKind = z.enum([
  "freeze",
  "paused-owner",
  "flag-left-off",
  "older-version",
  "revert-unmerged",
  "schema-ahead",
  "override-used",
]);
export type LooseEndKind = z.infer<typeof LooseEndKind>;

/** What closes a loose end, as the page offers it. `warning` says what to know before it. */
export const LooseEndAction = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("thaw"), freezeId: z.string(), warning: z.string().nullable() }),
  z.object({ kind: z.literal("resume"), holdId: z.string(), warning: z.string().nullable() }),
  z.object({ kind: z.literal("put-back"), restorationId: z.string() }),
  /** Open the revert of the culprit; `suspectId` chooses it on the card. */
  z.object({ kind: z.literal("revert"), target: RevertTarget, suspectId: z.string().nullable() }),
  z.object({ kind: z.literal("look"), title: z.string(), url: z.string() }),
]);
export type LooseEndAction = z.infer<typeof LooseEndAction>;

/** Something a Restoration left open. An incident is not resolved while one is, unless it is waived. */
export const LooseEnd = z.object({
  /** "paused-owner:H-31", "flag-left-off:R-7": the same as long as it is the same thing. */
  key: z.string(),
  kind: LooseEndKind,
  incidentId: z.string(),
  restorationId: z.string().nullable(),
  sentence: z.string(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  closedBy: z.string().nullable(),
  waived: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).nullable(),
  /** False for a freeze: resolving thaws it. */
  blocksResolving: z.boolean(),
  actions: z.array(LooseEndAction),
});
export type LooseEnd = z.infer<typeof LooseEnd>;

/** What a Restoration (or a freeze by itself) left open, as the retro tells it. */
export const RetroLooseEnd = z.object({
  kind: LooseEndKind,
  sentence: z.string(),
  restorationId: z.string().nullable(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  closedBy: z.string().nullable(),
  /** Not closed, but somebody said that it may stay so; its sentence says who and why. */
  isWaived: z.boolean().optional(),
});
export type RetroLooseEnd = z.infer<typeof RetroLooseEnd>;

export const WaiveInput = z.object({
  reason: z.string().trim().max(1_000).refine(isSeen, "at least ten characters"),
});
export type WaiveInput = z.infer<typeof WaiveInput>;
