import * as z from "zod";
import { FREEZE_MINUTES } from "./freeze-minutes";
import { Hold } from "./hold";
import { isSeen } from "./seen-text";

/** What may pass a freeze: the cure, from the beginning, and single deliveries that somebody let through. */
export const AllowedDelivery = z.object({
  /** `commit`: a full or short SHA. `image`: as a Pod template names it. `pull`: "owner/name#12". */
  kind: z.enum(["commit", "image", "pull"]),
  value: z.string(),
  why: z.enum(["cure", "override"]),
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
  /** Of a pull request that may be merged at these heads alone, which are allowed as commits as well. */
  heads: z.array(z.string()).optional(),
  /** Of a commit that a pull request became which was let through: "owner/name#12". */
  mergedFrom: z.string().optional(),
});
export type AllowedDelivery = z.infer<typeof AllowedDelivery>;

/** A delivery that a freeze met: one that asked the gate, or a pull request that can't be merged. */
export const HeldDelivery = z.object({
  id: z.string(),
  kind: z.enum(["gate", "pull"]),
  /** What asked the gate; null for a pull request. */
  service: z.string().nullable(),
  /** Services whose code a pull request changes; none while that isn't known. */
  services: z.array(z.string()).optional(),
  /** What lets it through when it is allowed: "commit" with its SHA, or "pull" with "owner/name#12". */
  value: z.string(),
  title: z.string(),
  by: z.string().nullable(),
  url: z.string().nullable(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** Null while it is held. */
  letThroughAt: z.iso.datetime().nullable(),
});
export type HeldDelivery = z.infer<typeof HeldDelivery>;

/** An expiring lease that holds back other deliveries while we restore. It never holds back the cure. */
export const Freeze = z.object({
  /** "F-12" */
  id: z.string(),
  /** Names of services; none means everything. */
  services: z.array(z.string()),
  reason: z.string(),
  by: z.string(),
  incidentId: z.string().nullable(),
  /** The rollback it was offered with. */
  restorationId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  until: z.iso.datetime(),
  renewedAt: z.iso.datetime().nullable(),
  renewals: z.number().int(),
  thawedAt: z.iso.datetime().nullable(),
  thawedBy: z.string().nullable(),
  /** `not-done`: the Restoration that it was made with changed nothing. */
  thawedBecause: z.enum(["hand", "expiry", "resolved", "not-done"]).nullable(),
  holds: z.array(Hold),
  allowed: z.array(AllowedDelivery),
  /** Newest first, at most 50. */
  heldDeliveries: z.array(HeldDelivery),
  /** How many there are in all. */
  heldCount: z.number().int(),
  /** What waiting costs, and whether a revert would cost less; on the incident alone. */
  cost: z.object({ sentence: z.string(), suggestsRevert: z.boolean() }).nullish(),
});
export type Freeze = z.infer<typeof Freeze>;

const Minutes = z
  .number()
  .int()
  .min(1)
  .max(24 * 60);

export const FreezeInput = z.object({
  /** None means everything. */
  services: z.array(z.string()),
  reason: z
    .string()
    .trim()
    .max(500)
    .refine((text) => isSeen(text, 3), "say why, in three characters or more"),
  minutes: Minutes.default(FREEZE_MINUTES),
  incidentId: z.string().nullable().default(null),
});
export type FreezeInput = z.infer<typeof FreezeInput>;

/** From now on for this many minutes more. */
export const RenewFreezeInput = z.object({ minutes: Minutes.default(FREEZE_MINUTES) });
export type RenewFreezeInput = z.infer<typeof RenewFreezeInput>;

/** Lets one delivery through a freeze. */
export const AllowDeliveryInput = z.object({
  kind: AllowedDelivery.shape.kind,
  value: z.string().trim().min(1).max(500),
  reason: z.string().trim().max(1_000).refine(isSeen, "at least ten characters"),
});
export type AllowDeliveryInput = z.infer<typeof AllowDeliveryInput>;

/** What freezing would hold, before it is done. */
export const FreezePreview = z.object({
  services: z.array(z.string()),
  holds: z.array(Hold.pick({ layer: true, source: true, subject: true, endsByItself: true })),
  /** Teams whose services it holds. */
  teams: z.array(z.string()),
});
export type FreezePreview = z.infer<typeof FreezePreview>;

/** Answer to a pipeline that asks whether it may deliver. */
export const GateAnswer = z.object({
  open: z.boolean(),
  service: z.string(),
  sha: z.string().nullable(),
  /** Why, in a sentence for the pipeline's log. */
  sentence: z.string(),
  freezes: z.array(
    z.object({
      id: z.string(),
      reason: z.string(),
      by: z.string(),
      until: z.iso.datetime(),
      incidentId: z.string().nullable(),
      url: z.string(),
      /** Commits that may pass. */
      allowed: z.array(z.string()),
    }),
  ),
});
export type GateAnswer = z.infer<typeof GateAnswer>;
