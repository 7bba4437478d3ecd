import * as z from "zod";
import { AddFollowUpInput } from "@/lib/contracts/follow-up";
import { addFollowUp } from "@/lib/retros/add-follow-up";
import { created, route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: AddFollowUpInput },
  async (ctx, { params, input }) => created(await addFollowUp(ctx, { ...input, ...params })),
);
