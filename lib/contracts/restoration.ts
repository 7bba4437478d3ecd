import * as z from "zod";
import { LeverKind, LeverTarget } from "./lever";
import { isSeen } from "./seen-text";

/** planned → asked → accepted → in-effect → verified, or failed, or unknown (asked, and no answer yet). */
export const RestorationState = z.enum([
  "planned",
  "asked",
  "accepted",
  "in-effect",
  "verified",
  "failed",
  "unknown",
]);
export type RestorationState = z.infer<typeof RestorationState>;

export const Receipt = z.object({
  at: z.iso.datetime(),
  sentence: z.string(),
  url: z.string().nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

/** A stage on the way into effect: a check, a merge, a delivery, a rollout. */
export const Stage = z.object({
  name: z.string(),
  state: z.enum(["waiting", "running", "done", "stuck"]),
  detail: z.string().nullable(),
  url: z.string().nullable(),
  startedAt: z.iso.datetime().nullish(),
  /** How long it usually takes, in milliseconds, and from what that is known. */
  usualMs: z.number().nullish(),
  usualFrom: z.string().nullish(),
  /** What one click of a responder does about it. */
  offer: z.literal("queue-again").nullish(),
});
export type Stage = z.infer<typeof Stage>;

export const Restoration = z.object({
  /** "R-311" */
  id: z.string(),
  incidentId: z.string(),
  lever: LeverKind,
  target: LeverTarget,
  label: z.string(),
  service: z.string().nullable(),
  suspectId: z.string().nullable(),
  state: RestorationState,
  /** Who pulled it, by name. */
  by: z.string(),
  wasRecommended: z.boolean().nullable(),
  putBackOf: z.string().nullable(),
  putBackBy: z.string().nullable(),
  plannedAt: z.iso.datetime(),
  askedAt: z.iso.datetime().nullable(),
  acceptedAt: z.iso.datetime().nullable(),
  inEffectAt: z.iso.datetime().nullable(),
  /** Verified, failed or put back. */
  endedAt: z.iso.datetime().nullable(),
  stages: z.array(Stage),
  /** "2 of 5 pods", "under 2 % for 1:48 of 3:00". */
  progress: z.string().nullable(),
  /** Since when the signal has been good, and how long it must be. */
  goodSince: z.iso.datetime().nullable(),
  verifyForSeconds: z.number().nullable(),
  failure: z.object({ code: z.string(), sentence: z.string() }).nullable(),
  /** Exact commands when a lever can only be pulled by hand. */
  commands: z.array(z.string()),
  receipts: z.array(Receipt),
  url: z.string().nullable(),
  /** Somebody took it back after it was in effect: who, as far as the outside says. */
  undone: z
    .object({
      at: z.iso.datetime(),
      by: z.string().nullable(),
      sentence: z.string(),
      changeId: z.string().nullable(),
    })
    .nullish(),
});
export type Restoration = z.infer<typeof Restoration>;

/** A press on a lever. `key` makes a repeated press the same press. */
export const RestoreInput = z.object({
  incidentId: z.string(),
  target: LeverTarget,
  seen: z.string(),
  suspectId: z.string().nullable().default(null),
  wasRecommended: z.boolean().nullable().default(null),
  key: z.string().min(8).max(100),
  /** Why a blocker that may be overridden doesn't hold here; goes into the receipts. */
  overrideReason: z.string().trim().max(1_000).refine(isSeen, "at least ten characters").optional(),
  /** Freeze the other deliveries of the services it touches in the same press; no freeze without it. */
  freeze: z.object({ minutes: z.number().int().min(1).max(1_440) }).nullish(),
});
export type RestoreInput = z.infer<typeof RestoreInput>;

export const PutBackInput = z.object({
  restorationId: z.string(),
  seen: z.string(),
  key: z.string().min(8).max(100),
  overrideReason: RestoreInput.shape.overrideReason,
});
export type PutBackInput = z.infer<typeof PutBackInput>;

/** Answer to a press: `started` by you, or `already` under way (by whom) or done (`unchanged`). */
export const RestoreOutcome = z.object({
  outcome: z.enum(["started", "already", "unchanged"]),
  sentence: z.string(),
  restoration: Restoration.nullable(),
});
export type RestoreOutcome = z.infer<typeof RestoreOutcome>;
