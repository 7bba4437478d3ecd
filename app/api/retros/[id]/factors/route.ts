import * as z from "zod";
import { FactorInput } from "@/lib/contracts/retro";
import { addFactor } from "@/lib/retros/add-factor";
import { created, route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: FactorInput },
  async (ctx, { params, input }) => created(await addFactor(ctx, { ...input, ...params })),
);
