import * as z from "zod";

export const SourceKind = z.enum(["deploys", "flags", "code", "signals"]);
export type SourceKind = z.infer<typeof SourceKind>;

/** How a source is: `live` answers, `silent` doesn't, `starting` hasn't been asked yet. */
export const SourceState = z.object({
  name: z.string(),
  kind: SourceKind,
  product: z.string(),
  status: z.enum(["starting", "live", "silent"]),
  /** When it was last known to be right (ISO 8601, UTC). */
  knownAt: z.iso.datetime().nullable(),
  /** Since when it has been silent, if it is. */
  silentSince: z.iso.datetime().nullable(),
  /** A sentence: what is wrong and what to do, or null. */
  problem: z.string().nullable(),
  rateLimit: z
    .object({ limit: z.number(), remaining: z.number(), resetsAt: z.iso.datetime() })
    .nullable(),
});
export type SourceState = z.infer<typeof SourceState>;
