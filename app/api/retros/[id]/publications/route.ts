import * as z from "zod";
import { publishRetro } from "@/lib/retros/publish-retro";
import { created, route } from "@/lib/server/route";

export const POST = route(
  {
    access: "responder",
    params: z.object({ id: z.string() }),
    input: z.object({ version: z.number().int() }),
  },
  async (ctx, { params, input }) => created(await publishRetro(ctx, { ...input, ...params })),
);
