import "server-only";
import { isDeepStrictEqual } from "node:util";
import { insertEntry } from "@/lib/incidents/store";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import { type Job, type JobPatch, updateJob } from "./store";

export type Move = {
  patch: JobPatch;
  receipts: { at: Date; sentence: string; url?: string | null }[];
  /** Words for the incident's timeline, when people should see it there. */
  entry?: string;
  /** What the audit calls it, for moves that settle something. */
  audit?: string;
  /** Further writes that belong to the same moment. */
  also?: (tx: Transaction) => Promise<void>;
};

/** Moves a Restoration on, in one transaction with its receipts, timeline entry and audit row. */
export async function moveJob(ctx: Ctx, job: Job, move: Move): Promise<void> {
  if (isNothingNew(job, move)) return;
  const at = ctx.now();
  const moved = await ctx.db.$transaction(async (tx) => {
    const from = { number: job.number, state: job.restoration.state };
    if (!(await updateJob(tx, from, move.patch, move.receipts))) return false;
    if (move.entry) {
      await insertEntry(tx, {
        incidentNumber: job.incidentNumber,
        kind: "restoration",
        at,
        text: move.entry,
        by: null,
        restorationId: job.restoration.id,
      });
    }
    await move.also?.(tx);
    if (move.audit) {
      await appendAudit(tx, {
        actor: ctx.actor.id,
        action: `${job.restoration.lever}-${move.audit}`,
        subject: job.restoration.id,
        detail: { receipts: move.receipts.map((receipt) => receipt.sentence) },
        at,
      });
    }
    return true;
  });
  if (!moved) return;
  ctx.publish("restoration", job.restoration.id);
  ctx.publish("incident", job.restoration.incidentId);
  if (move.also) ctx.publish("incidents");
}

function isNothingNew(job: Job, move: Move): boolean {
  const { patch, receipts, entry, audit, also } = move;
  if (patch.state || patch.endedAt || receipts.length > 0 || entry || audit || also) return false;
  const { restoration, plan } = job;
  return (
    (patch.progress === undefined || patch.progress === restoration.progress) &&
    (patch.stages === undefined || isDeepStrictEqual(patch.stages, restoration.stages)) &&
    (patch.plan === undefined || isDeepStrictEqual(patch.plan, plan)) &&
    (patch.goodSince === undefined ||
      (patch.goodSince?.toISOString() ?? null) === restoration.goodSince)
  );
}
