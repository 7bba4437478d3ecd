import * as z from "zod";
import { LeverPreview, Recommendation } from "./lever";

/** A card of levers as people saw it, without what only the browser needed. */
export const AdviceCard = z.object({
  suspectId: z.string(),
  levers: z.array(LeverPreview.omit({ seen: true, checkedAt: true, confirm: true })),
  recommendation: Recommendation,
});
export type AdviceCard = z.infer<typeof AdviceCard>;

/** A card and since when it said so. */
export const RecordedAdvice = z.object({ at: z.iso.datetime(), card: AdviceCard });
export type RecordedAdvice = z.infer<typeof RecordedAdvice>;
