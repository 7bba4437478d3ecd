import * as z from "zod";
import { getKnownGoodView } from "@/lib/known-good/get-known-good-view";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ name: z.string() }) },
  (ctx, { params }) => getKnownGoodView(ctx, params.name),
);
