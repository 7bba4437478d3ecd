import * as z from "zod";
import { releaseHold } from "@/lib/holds/release-hold";
import { route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }) },
  (ctx, { params }) => releaseHold(ctx, params),
);
