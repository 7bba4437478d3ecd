import "server-only";
import { isDeepStrictEqual } from "node:util";
import { flagSnapshot } from "@/lib/changes/flag-store";
import { changesById, changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { RetoggleTarget, RollbackTarget } from "@/lib/contracts/lever";
import { judgeDeploy, mayStillBeCure, newestFirst, type Undoing } from "@/lib/rules/undone";
import type { Ctx } from "@/lib/server/context";
import { nudgeSource } from "@/lib/server/nudge";
import { entryKeyOf, markUndone, sentenceOf } from "./mark-undone";
import type { Plan } from "./plan";
import { isAsLeft, whatWasDone } from "./retoggle";
import { findJob, type Job } from "./store";
import { nameUndoer, watchedForUndoing } from "./undone-store";

/** So long the ledger is looked into for who undid something that was seen undone. */
const NAMED_WITHIN_MS = 300_000;
/** Flags that somebody might flip back are read this often, so that it is seen at once. */
const NUDGE_EVERY_MS = 1_000;
type Ledger = Undoing | "holds" | "cured" | "unsure";
const nudgedAt = new Map<string, number>();

/**
 * One turn over what was restored, as long as its incident isn't over: what the ledger says is no longer
 * as a Restoration left it was undone by somebody. Asks no source; nothing here acts.
 */
export async function followUndone(ctx: Ctx): Promise<void> {
  const unknownSince = new Date(ctx.now().getTime() - NAMED_WITHIN_MS);
  for (const number of await watchedForUndoing(ctx.db, { unknownSince })) {
    const job = await findJob(ctx.db, number);
    if (!job) continue;
    const undoing = await readUndoing(ctx, job);
    if (typeof undoing === "string") continue;
    const { undone } = job.restoration;
    if (!undone) await markUndone(ctx, job, undoing);
    else if (isNews(undone, undoing)) await nameIt(ctx, job, undoing, new Date(undone.at));
  }
}

/** Whether the ledger says more of who it was than was told. */
function isNews(told: { by: string | null; changeId: string | null }, known: Undoing): boolean {
  return (
    (told.changeId === null && known.changeId !== null) || (told.by === null && known.by !== null)
  );
}

/**
 * Who took back what a Restoration did and how, by the ledger. `holds`: it is as it was left, as far as
 * the ledger has come. `cured`: what reverts it is live instead. `unsure`: it may be that.
 */
export async function readUndoing(ctx: Ctx, job: Job): Promise<Ledger> {
  const { plan, restoration } = job;
  const { target } = restoration;
  if (target.lever === "rollback" && plan.lever === "rollback") {
    return readDeploys(ctx, job, target, plan);
  }
  if (target.lever === "retoggle" && plan.lever === "retoggle") {
    return readFlag(ctx, job, target, plan);
  }
  return "holds";
}

async function readDeploys(
  ctx: Ctx,
  { restoration }: Job,
  target: RollbackTarget,
  plan: Extract<Plan, { lever: "rollback" }>,
): Promise<Ledger> {
  const subject = `${target.namespace}/${target.deployment}`;
  const deploys = await changesOfSubject(ctx.db, { source: target.source, subject, limit: 50 });
  const about = { rollback: plan, deploys, restorationId: restoration.id };
  const blind = judgeDeploy({ ...about, carried: [], culprits: new Set() });
  if (typeof blind === "string" || blind.takesBack) return blind;
  const [live] = newestFirst(deploys, plan.uid);
  if (live && mayStillBeCure(live, ctx.now().getTime())) return "unsure";
  const revisionOf = ({ details }: Change) => (details.kind === "deploy" ? details.revision : 0);
  const after = deploys.filter((one) => revisionOf(one) > (plan.fromRevision ?? 0));
  const over = deploys.filter(
    (one) =>
      revisionOf(one) > plan.toRevision &&
      (plan.fromRevision === null || revisionOf(one) <= plan.fromRevision),
  );
  const [carried, taken] = await Promise.all(
    [after, over].map((some) =>
      changesById(
        ctx.db,
        some.flatMap(({ carries }) => carries),
      ),
    ),
  );
  const culprits = new Set((taken ?? []).flatMap(pullOf));
  return judgeDeploy({ ...about, carried: carried ?? [], culprits });
}

function pullOf({ details }: Change): string[] {
  return details.kind === "merge" ? [`${details.repository}#${details.number}`] : [];
}

async function readFlag(
  ctx: Ctx,
  { restoration }: Job,
  target: RetoggleTarget,
  plan: Extract<Plan, { lever: "retoggle" }>,
): Promise<Ledger> {
  nudge(target.source, ctx.now().getTime());
  const since = restoration.inEffectAt ?? restoration.acceptedAt ?? restoration.plannedAt;
  const subject = `${target.project}/${target.environment}/${target.key}`;
  const [snapshot, [last]] = await Promise.all([
    flagSnapshot(ctx.db, target.source, target),
    changesOfSubject(ctx.db, { source: target.source, subject, limit: 1 }),
  ]);
  const isLater = last !== undefined && last.at > (restoration.acceptedAt ?? since);
  const after = isLater && last.details.kind === "flag" ? last.details.after : null;
  const isTold = after !== null && !isStateAsLeft(plan, after);
  // A state that is the same as before isn't observed anew: then its last Change tells.
  const isFresh = snapshot !== null && snapshot.observedAt.toISOString() > since;
  const now = isFresh ? (isAsLeft(plan, snapshot) ? null : snapshot.state) : isTold ? after : null;
  if (!now) return "holds";
  return {
    by: isTold ? (last?.actor ?? null) : null,
    ...whatWasDone(plan, target.key, now),
    changeId: isTold ? (last?.id ?? null) : null,
  };
}

function isStateAsLeft(plan: Extract<Plan, { lever: "retoggle" }>, state: FlagState): boolean {
  return plan.after ? isDeepStrictEqual(state, plan.after) : state.enabled === plan.enabled;
}

function nudge(source: string, now: number): void {
  if (now - (nudgedAt.get(source) ?? 0) < NUDGE_EVERY_MS) return;
  nudgedAt.set(source, now);
  nudgeSource(source);
}

async function nameIt(ctx: Ctx, job: Job, undoing: Undoing, at: Date): Promise<void> {
  const { id, incidentId } = job.restoration;
  const draft = {
    by: undoing.by ?? job.restoration.undone?.by ?? null,
    sentence: sentenceOf(job, undoing, at),
    changeId: undoing.changeId,
    entryKey: entryKeyOf(id),
  };
  await ctx.db.$transaction((tx) => nameUndoer(tx, job.number, draft));
  ctx.publish("restoration", id);
  ctx.publish("incident", incidentId);
}
