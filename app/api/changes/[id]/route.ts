import * as z from "zod";
import { getChange } from "@/lib/changes/get-change";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ id: z.string() }) },
  (ctx, { params }) => getChange(ctx, params.id),
);
