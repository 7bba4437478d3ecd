import * as z from "zod";
import { EditFollowUpInput } from "@/lib/contracts/follow-up";
import { editFollowUp } from "@/lib/retros/edit-follow-up";
import { route } from "@/lib/server/route";

export const PATCH = route(
  { access: "responder", params: z.object({ id: z.string() }), input: EditFollowUpInput },
  (ctx, { params, input }) => editFollowUp(ctx, { ...input, followUpId: params.id }),
);
