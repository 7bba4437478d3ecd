import * as z from "zod";

export const EvidenceKind = z.enum([
  "logs",
  "pods",
  "events",
  "template",
  "flag",
  "signal",
  "held-deliveries",
]);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** What was there when a lever was pulled and would be gone since. Its content is sealed and fetched apart. */
export const KeptEvidence = z.object({
  id: z.string(),
  incidentId: z.string(),
  restorationId: z.string(),
  kind: EvidenceKind,
  /** "checkout-7d9f-x2x1 (app, previous container)" */
  title: z.string(),
  /** Bytes kept; 0 when nothing could be. */
  bytes: z.number().int(),
  /** Whether the beginning or the end was cut off to stay within bounds. */
  isCut: z.boolean(),
  /** How many secret-looking values were masked. */
  masked: z.number().int(),
  /** Why it couldn't be kept, or null. */
  problem: z.string().nullable(),
  takenAt: z.iso.datetime(),
  keptUntil: z.iso.datetime(),
  /** "text/plain" or "application/json" */
  mediaType: z.string(),
});
export type KeptEvidence = z.infer<typeof KeptEvidence>;

/** What was kept of an incident or of one Restoration, newest Restoration first. */
export const EvidenceView = z.object({
  kept: z.array(KeptEvidence),
  /** Restorations ("R-12") of which more is being kept at this moment. */
  underWay: z.array(z.string()),
});
export type EvidenceView = z.infer<typeof EvidenceView>;
