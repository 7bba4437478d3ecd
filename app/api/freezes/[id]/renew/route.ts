import * as z from "zod";
import { RenewFreezeInput } from "@/lib/contracts/freeze";
import { renewFreeze } from "@/lib/freezes/renew-freeze";
import { route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: RenewFreezeInput },
  (ctx, { params, input }) => renewFreeze(ctx, { ...input, ...params }),
);
