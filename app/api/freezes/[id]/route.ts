import * as z from "zod";
import { getFreeze } from "@/lib/freezes/get-freeze";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ id: z.string() }) },
  (ctx, { params }) => getFreeze(ctx, params),
);
