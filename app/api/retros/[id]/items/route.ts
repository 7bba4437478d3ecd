import * as z from "zod";
import { AddEventInput } from "@/lib/contracts/retro";
import { addEvent } from "@/lib/retros/add-event";
import { created, route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: AddEventInput },
  async (ctx, { params, input }) => created(await addEvent(ctx, { ...input, ...params })),
);
