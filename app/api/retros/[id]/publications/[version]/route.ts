import * as z from "zod";
import { getPublication } from "@/lib/retros/get-publication";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string(), version: z.coerce.number().int().min(1).max(100_000) });

export const GET = route({ access: "viewer", params }, async (ctx, tools) => {
  const { publication, document } = await getPublication(ctx, tools.params);
  return { publication, document };
});
