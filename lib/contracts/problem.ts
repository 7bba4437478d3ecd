import * as z from "zod";

/** Every answer that is not a success: a stable code and a sentence a stressed person can act on. */
export const Problem = z.object({
  code: z.string(),
  sentence: z.string(),
  /** Set when this was our fault: quote it when asking for help. */
  errorId: z.string().optional(),
  /** Path into the input and what was expected, for refused input. */
  fields: z.array(z.object({ path: z.string(), expected: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
