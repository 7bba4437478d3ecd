import * as z from "zod";
import { getRetro } from "@/lib/retros/get-retro";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string() });

export const GET = route({ access: "viewer", params }, (ctx, tools) => getRetro(ctx, tools.params));
