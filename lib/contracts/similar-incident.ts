import * as z from "zod";
import { Incident } from "./incident";

/** Another incident like this one, with what they share. */
export const SimilarIncident = z.object({
  incident: Incident,
  /** "Same service", "Same lever", "“timeout”, “pool” in both". */
  because: z.array(z.string()),
  hasRetro: z.boolean(),
});
export type SimilarIncident = z.infer<typeof SimilarIncident>;
