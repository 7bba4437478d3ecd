import * as z from "zod";
import { SourceState } from "./source";

export const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  version: z.string(),
  startedAt: z.iso.datetime(),
  database: z.object({
    kind: z.enum(["embedded", "postgresql"]),
    status: z.enum(["ok", "unavailable"]),
    problem: z.string().nullable(),
  }),
  sources: z.array(SourceState),
});
export type Health = z.infer<typeof Health>;
