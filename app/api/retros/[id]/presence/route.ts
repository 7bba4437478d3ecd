import * as z from "zod";
import { keepPresence } from "@/lib/retros/keep-presence";
import { route } from "@/lib/server/route";

export const POST = route(
  {
    access: "viewer",
    params: z.object({ id: z.string() }),
    input: z.object({ section: z.string().max(100).nullable() }),
  },
  (ctx, { params, input }) => keepPresence(ctx, { ...input, ...params }),
);
