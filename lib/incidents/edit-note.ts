import "server-only";
import type { EditNoteInput, TimelineEntry } from "@/lib/contracts/timeline-entry";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { getIncident } from "./get-incident";
import { findEntry, updateEntry } from "./store";

/**
 * Edits a note's words or time; what was first written is kept beside it. Refusals: `unknown-entry`,
 * `not-a-note` (what systems did isn't edited), `stale` when somebody edited it since `version`.
 */
export async function editNote(
  ctx: Ctx,
  input: EditNoteInput & { id: string; entryId: string },
): Promise<TimelineEntry> {
  const { number, incident } = await getIncident(ctx, input.id);
  const entry = await findEntry(ctx.db, number, input.entryId);
  if (!entry) throw new Refusal("unknown-entry", 404, "The timeline has no such entry.");
  if (entry.kind !== "note") {
    throw new Refusal(
      "not-a-note",
      422,
      "Only notes can be edited; what systems did stays as it was.",
    );
  }
  const first = entry.original ?? { text: entry.text, at: entry.at };
  const now = ctx.now();
  const done = await ctx.db.$transaction(async (tx) => {
    const updated = await updateEntry(
      tx,
      { id: entry.id, version: input.version },
      {
        text: input.text ?? entry.text,
        at: new Date(input.at ?? entry.at),
        original: { text: first.text, at: new Date(first.at) },
        editedAt: now,
      },
    );
    if (!updated) return null;
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "edit-note",
      subject: incident.id,
      detail: { entryId: entry.id, before: { text: entry.text, at: entry.at } },
      at: now,
    });
    return findEntry(tx, number, entry.id);
  });
  if (!done) {
    throw new Refusal(
      "stale",
      409,
      "Somebody edited this note meanwhile. Look at it, then repeat.",
    );
  }
  ctx.publish("incident", incident.id);
  return done;
}
