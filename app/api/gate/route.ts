import * as z from "zod";
import { answerGate } from "@/lib/freezes/answer-gate";
import { route } from "@/lib/server/route";

const query = z.object({
  service: z.string().min(1, "the service that is delivered").max(200),
  sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i, "a commit in full, or its first seven digits at least")
    .optional(),
});

/** 200 open, 423 frozen: the same answer in the body either way. */
export const GET = route({ access: "viewer", query }, async (ctx, tools) => {
  const answer = await answerGate(ctx, tools.query);
  return Response.json(answer, { status: answer.open ? 200 : 423 });
});
