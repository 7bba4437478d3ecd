import "server-only";
import type { NoteInput, TimelineEntry } from "@/lib/contracts/timeline-entry";
import type { Ctx } from "@/lib/server/context";
import { getIncident } from "./get-incident";
import { insertEntry } from "./store";

/** Writes a note on an incident's timeline, now or at a given time. */
export async function addNote(ctx: Ctx, input: NoteInput & { id: string }): Promise<TimelineEntry> {
  const { number, incident } = await getIncident(ctx, input.id);
  const entry = await insertEntry(ctx.db, {
    incidentNumber: number,
    kind: "note",
    at: input.at ? new Date(input.at) : ctx.now(),
    text: input.text,
    by: ctx.actor.name,
  });
  if (!entry) throw new Error("a note without a natural key is always new");
  ctx.publish("incident", incident.id);
  return entry;
}
