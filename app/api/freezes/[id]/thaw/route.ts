import * as z from "zod";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }) },
  (ctx, { params }) => thawFreeze(ctx, params),
);
