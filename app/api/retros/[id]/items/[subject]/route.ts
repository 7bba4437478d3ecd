import * as z from "zod";
import { CurateInput } from "@/lib/contracts/retro";
import { curateItem } from "@/lib/retros/curate-item";
import { route } from "@/lib/server/route";

export const PATCH = route(
  {
    access: "responder",
    params: z.object({ id: z.string(), subject: z.string().max(200) }),
    input: CurateInput,
  },
  (ctx, { params, input }) => curateItem(ctx, { ...input, ...params }),
);
