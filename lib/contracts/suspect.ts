import * as z from "zod";

/** One thing that speaks for or against a Change, and how much. */
export const Evidence = z.object({
  sentence: z.string(),
  /** Natural logarithm of the odds it adds; negative when it speaks against. */
  logOdds: z.number(),
});
export type Evidence = z.infer<typeof Evidence>;

/** A Change, with the changes linked to it, ranked for one incident, with its evidence. */
export const Suspect = z.object({
  /** Id of the Change that heads it. */
  id: z.string(),
  title: z.string(),
  /** Ids of linked changes, the head first. */
  changeIds: z.array(z.string()),
  services: z.array(z.string()),
  /** Strongest first. */
  evidence: z.array(Evidence),
  /** Between 0 and 1. Of all suspects and "no recent change" together 1. */
  probability: z.number(),
});
export type Suspect = z.infer<typeof Suspect>;

/** That nothing which changed lately did it: an outside cause, or something older. */
export const NoRecentChange = z.object({
  probability: z.number(),
  evidence: z.array(Evidence),
});
export type NoRecentChange = z.infer<typeof NoRecentChange>;

/** When harm began, milliseconds since the epoch, as well as it is known. */
export const Onset = z.object({
  at: z.number(),
  /** It began between these. */
  earliest: z.number(),
  latest: z.number(),
  from: z.enum(["signal", "alert", "person", "declaration"]),
  /** How it is known: "change point of checkout's signal, give or take 30 s". */
  sentence: z.string(),
});
export type Onset = z.infer<typeof Onset>;

export const Ranking = z.object({
  onset: Onset,
  suspects: z.array(Suspect),
  noRecentChange: NoRecentChange,
});
export type Ranking = z.infer<typeof Ranking>;
