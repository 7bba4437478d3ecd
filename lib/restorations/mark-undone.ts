import "server-only";
import { insertEntry } from "@/lib/incidents/store";
import { sayUndone, type Undoing } from "@/lib/rules/undone";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { reopenIncident } from "./reopen-incident";
import type { Job } from "./store";
import { writeUndone } from "./undone-store";

/**
 * Writes that somebody took back what a Restoration did: on it, on the timeline and in the audit, all
 * or none. One that hadn't been verified has failed by it; an incident that was restored is open again
 * when what came back is what was taken away. Nothing when that was written before.
 */
export async function markUndone(ctx: Ctx, job: Job, undoing: Undoing): Promise<void> {
  const { restoration } = job;
  const at = ctx.now();
  const sentence = sentenceOf(job, undoing, at);
  const isWritten = await ctx.db.$transaction(async (tx) => {
    const draft = { at, sentence, by: undoing.by, changeId: undoing.changeId };
    if (!(await writeUndone(tx, job.number, draft))) return false;
    await insertEntry(tx, {
      incidentNumber: job.incidentNumber,
      kind: "undone",
      at,
      text: `${restoration.id} was undone: ${sentence}`,
      by: undoing.by,
      restorationId: restoration.id,
      naturalKey: entryKeyOf(restoration.id),
    });
    if (undoing.takesBack) {
      await reopenIncident(ctx, job, `what ${restoration.id} took away is back`, tx);
    }
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: `${restoration.lever}-undone`,
      subject: restoration.id,
      detail: { by: undoing.by, sentence, changeId: undoing.changeId },
      at,
    });
    return true;
  });
  if (!isWritten) return;
  ctx.publish("restoration", restoration.id);
  ctx.publish("incident", restoration.incidentId);
  ctx.publish("incidents");
}

export function sentenceOf(job: Job, undoing: Undoing, at: Date): string {
  const { acceptedAt, plannedAt, inEffectAt } = job.restoration;
  return sayUndone(undoing, {
    at: at.toISOString(),
    acceptedAt: acceptedAt ?? plannedAt,
    inEffectAt,
  });
}

/** What makes a timeline's entry about it the same entry. */
export function entryKeyOf(restorationId: string): string {
  return `undone:${restorationId}`;
}
