import * as z from "zod";
import { EditNoteInput } from "@/lib/contracts/timeline-entry";
import { editNote } from "@/lib/incidents/edit-note";
import { route } from "@/lib/server/route";

export const PATCH = route(
  {
    access: "responder",
    params: z.object({ id: z.string(), entryId: z.string() }),
    input: EditNoteInput,
  },
  (ctx, { params, input }) => editNote(ctx, { ...input, ...params }),
);
