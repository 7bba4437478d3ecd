import * as z from "zod";
import { FreezeInput } from "@/lib/contracts/freeze";
import { freeze } from "@/lib/freezes/freeze";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { pressKeyOf } from "@/lib/freezes/press-key";
import { created, route } from "@/lib/server/route";

const query = z.object({ state: z.enum(["on", "all"]).default("on") });

export const GET = route({ access: "viewer", query }, (ctx, tools) =>
  listFreezes(ctx, tools.query),
);

export const POST = route(
  { access: "responder", input: FreezeInput },
  async (ctx, { input, request }) => {
    const pressKey = pressKeyOf(ctx, request.headers.get("idempotency-key"));
    const made = await freeze(ctx, input, { pressKey });
    return made.isNew ? created(made.freeze) : made.freeze;
  },
);
