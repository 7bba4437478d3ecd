import * as z from "zod";

/** A Change, with the changes linked to it, ranked for one incident, with its reasons. */
export const Suspect = z.object({
  /** Id of the Change that heads it. */
  id: z.string(),
  title: z.string(),
  /** Ids of linked changes, the head first. */
  changeIds: z.array(z.string()),
  services: z.array(z.string()),
  /** One sentence per reason, strongest first. */
  reasons: z.array(z.string()),
  /** Between 0 and 1, only to order them; not a probability. */
  weight: z.number(),
});
export type Suspect = z.infer<typeof Suspect>;
