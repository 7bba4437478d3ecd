import * as z from "zod";
import { FactorInput } from "@/lib/contracts/retro";
import { editFactor } from "@/lib/retros/edit-factor";
import { removeFactor } from "@/lib/retros/remove-factor";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string(), factorId: z.string() });

export const PATCH = route({ access: "responder", params, input: FactorInput }, (ctx, tools) =>
  editFactor(ctx, { ...tools.input, ...tools.params }),
);

export const DELETE = route({ access: "responder", params }, (ctx, tools) =>
  removeFactor(ctx, tools.params),
);
