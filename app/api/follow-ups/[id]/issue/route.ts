import * as z from "zod";
import { OpenIssueInput } from "@/lib/contracts/follow-up";
import { openIssue } from "@/lib/retros/open-issue";
import { created, route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: OpenIssueInput },
  async (ctx, { params, input }) =>
    created(await openIssue(ctx, { ...input, followUpId: params.id })),
);
