import * as z from "zod";
import { getRestoration } from "@/lib/restorations/get-restoration";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ id: z.string() }) },
  async (ctx, { params }) => (await getRestoration(ctx, params.id)).restoration,
);
