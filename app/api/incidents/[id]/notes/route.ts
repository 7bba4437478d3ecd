import * as z from "zod";
import { NoteInput } from "@/lib/contracts/timeline-entry";
import { addNote } from "@/lib/incidents/add-note";
import { created, route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }), input: NoteInput },
  async (ctx, { params, input }) => created(await addNote(ctx, { ...input, ...params })),
);
