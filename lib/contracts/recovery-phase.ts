import * as z from "zod";

/** The parts of a recovery, in order. */
export const PhaseName = z.enum(["detect", "declare", "decide", "act", "take-effect", "verify"]);
export type PhaseName = z.infer<typeof PhaseName>;

/**
 * detect: harm began → first alert (or the declaration, when a person saw it first) · declare: → the
 * incident was declared · decide: → the press that restored · act: → accepted by the product ·
 * take-effect: → in effect · verify: → verified by the signal. Null times: not known or not yet.
 */
export const RecoveryPhase = z.object({
  name: PhaseName,
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  /** Never negative; null when an end is missing. */
  ms: z.number().nullable(),
});
export type RecoveryPhase = z.infer<typeof RecoveryPhase>;
