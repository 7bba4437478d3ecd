import * as z from "zod";
import { AllowDeliveryInput } from "@/lib/contracts/freeze";
import { allowDelivery } from "@/lib/freezes/allow-delivery";
import { route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: AllowDeliveryInput },
  (ctx, { params, input }) => allowDelivery(ctx, { ...input, ...params }),
);
