import * as z from "zod";
import { ArrangeRetroInput } from "@/lib/contracts/retro";
import { arrangeRetro } from "@/lib/retros/arrange-retro";
import { getRetro } from "@/lib/retros/get-retro";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string() });

export const GET = route({ access: "viewer", params }, (ctx, tools) => getRetro(ctx, tools.params));

export const PATCH = route(
  { access: "responder", params, input: ArrangeRetroInput },
  (ctx, tools) => arrangeRetro(ctx, { ...tools.input, ...tools.params }),
);
