import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { RollbackTarget } from "@/lib/contracts/lever";
import { claimHolds } from "@/lib/holds/claim-store";
import { findHold } from "@/lib/holds/job-store";
import { patchOfAnswer, saveHold } from "@/lib/holds/save-store";
import { noteAsking } from "@/lib/holds/store";
import type { DeployGuard } from "@/lib/integrations/deploy-guard";
import type { HoldAnswer } from "@/lib/integrations/hold-answer";
import { SourceError } from "@/lib/integrations/source-error";
import { type HoldTarget, layerOfOwner } from "@/lib/rules/freeze-holds";
import { ownerOnLever } from "@/lib/rules/owner-on-lever";
import { ageInWords } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import type { Acted } from "./lever";
import { seenOf } from "./owners-of-rollback";
import type { OwnerSeen } from "./plan";
import { insertReceipt, type Job } from "./store";

/** Until then the answer of asking is awaited here; later whoever follows holds asks again. */
const ASKING_MS = 30_000;
/** A hold is looked at again after so long. */
const LOOK_AGAIN_MS = 10_000;
/** The press waits no longer to hear who owns a Deployment. */
const PATIENCE_MS = 2_000;

type Refused = Extract<Acted, { outcome: "refused" }>;

/**
 * Pauses whoever would undo a rollback, in front of it: each under a hold that this Restoration claims,
 * written before anybody is asked. Null when the rollback may go on; an owner that isn't paused although
 * nobody overrode that refuses it, and what was paused by then is let go, since its claim ends with it.
 */
export async function pauseOwners(
  ctx: Ctx,
  target: RollbackTarget,
  job: Job,
): Promise<Refused | null> {
  const { guard } = ctx.sources.get("deploys", target.source);
  // What is put back is what its owners have: they go on, once nobody needs them paused.
  if (!guard || job.restoration.putBackOf !== null) return null;
  if (job.plan.lever !== "rollback" || job.plan.owners === undefined) return null;
  const owners = job.plan.owners ?? (await readOwners(ctx, guard, { target, job }));
  if (!Array.isArray(owners)) return owners;
  const refused = await pauseAll(ctx, guard, { source: target.source, job, owners });
  if (refused) return refused;
  for (const { handling, undoesWithinSeconds, title, because } of owners) {
    if (handling !== "refused" || undoesWithinSeconds === null) continue;
    const about = ageInWords(undoesWithinSeconds * 1_000);
    const sentence = `${title} was not paused, so this would last about ${about}. ${because ?? ""}`;
    await insertReceipt(ctx.db, job.number, { at: ctx.now(), sentence: sentence.trim() });
  }
  return null;
}

/**
 * Who owns it, where the page couldn't say; an owner that can't be paused was overridden by nobody. Where
 * the cluster still doesn't say, it decides by the patch that comes next, and a receipt tells what isn't known.
 */
async function readOwners(
  ctx: Ctx,
  guard: DeployGuard,
  { target, job }: { target: RollbackTarget; job: Job },
): Promise<OwnerSeen[] | Refused> {
  const name = { namespace: target.namespace, name: target.deployment };
  const reading = guard.owners(name).catch((error: unknown) => {
    if (error instanceof SourceError) return null;
    throw error;
  });
  const late = sleep(PATIENCE_MS, null, { ref: false });
  const read = await Promise.race([reading, late]);
  if (read === null) {
    const sentence =
      "Who keeps it as it is couldn’t be read, so nobody was paused: a controller may undo this";
    await insertReceipt(ctx.db, job.number, { at: ctx.now(), sentence });
    return [];
  }
  const owners = read.map((owner) =>
    seenOf(owner, ownerOnLever(owner, { isReturn: false, undone: null })),
  );
  const stuck = owners.find(
    (one) => one.handling === "refused" && one.undoesWithinSeconds !== null,
  );
  const isOverridden = job.plan.lever === "rollback" && job.plan.overridden !== undefined;
  return stuck && !isOverridden ? notPaused(stuck, stuck.because ?? "") : owners;
}

async function pauseAll(
  ctx: Ctx,
  guard: DeployGuard,
  { source, job, owners }: { source: string; job: Job; owners: OwnerSeen[] },
): Promise<Refused | null> {
  const paused = owners.flatMap((owner) => {
    const held = owner.handling === "pause" ? holdTargetOf(source, owner) : null;
    return held ? [{ owner, held }] : [];
  });
  if (paused.length === 0) return null;
  const now = ctx.now();
  const dueAt = new Date(now.getTime() + ASKING_MS);
  const due = { now, dueAt, taker: ctx.instance };
  const targets = paused.map(({ held }) => held);
  const numbers = await ctx.db.$transaction((tx) =>
    claimHolds(tx, targets, { restorationNumber: job.number }, due),
  );
  const answers = await Promise.all(
    paused.map(({ owner }, index) =>
      pauseOne(ctx, guard, { job, owner, hold: numbers[index] ?? 0 }),
    ),
  );
  ctx.publish("freezes");
  return answers.find((answer) => answer !== null) ?? null;
}

async function pauseOne(
  ctx: Ctx,
  guard: DeployGuard,
  { job, owner, hold }: { job: Job; owner: OwnerSeen; hold: number },
): Promise<Refused | null> {
  const ref = { kind: owner.kind, namespace: owner.namespace, name: owner.name };
  const { id, incidentId, label } = job.restoration;
  // One that is shared carries the mark of who claimed it first.
  const mark = (await findHold(ctx.db, hold))?.claims[0]?.by ?? id;
  const request = { ...ref, mark, reason: `${label} (${incidentId}, ${id})` };
  await noteAsking(ctx.db, hold);
  const { answer, isLost } = await ask(guard, request);
  const at = ctx.now();
  const nextAt = new Date(at.getTime() + LOOK_AGAIN_MS);
  // One that may have been paused is put back for certain, once nobody needs it.
  const state = isLost ? { state: "asked" as const } : {};
  const patch = { ...patchOfAnswer(answer, at), ...state };
  await saveHold(ctx.db, hold, patch, { takenDueAt: null, nextAt });
  if (answer.outcome === "held") {
    const sentence = `Paused first: ${answer.sentence}`;
    await insertReceipt(ctx.db, job.number, { at, sentence, url: answer.url });
    return null;
  }
  return answer.outcome === "refused"
    ? notPaused(owner, answer.because, answer)
    : notPaused(owner, answer.sentence);
}

/** One request; a lost answer is read back. `isLost`: that couldn't be either, so it may be paused. */
async function ask(
  guard: DeployGuard,
  request: Parameters<DeployGuard["pauseOwner"]>[0],
): Promise<{ answer: HoldAnswer; isLost: boolean }> {
  try {
    return { answer: await guard.pauseOwner(request), isLost: false };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (!error.mayHaveActed) return { answer: noOf(error), isLost: false };
    const again = await readBack(guard, request);
    return { answer: again ?? noOf(error), isLost: again === null };
  }
}

/** What is paused after all, as if its answer had come; null when that can't be told. */
async function readBack(
  guard: DeployGuard,
  request: Parameters<DeployGuard["pauseOwner"]>[0],
): Promise<HoldAnswer | null> {
  try {
    const reading = await guard.readOwner(request);
    // Asked once more it changes nothing and says what was there before.
    return reading.state === "held" ? await guard.pauseOwner(request) : null;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return null;
  }
}

function noOf({ code, sentence }: SourceError): Extract<HoldAnswer, { outcome: "refused" }> {
  const who = code === "forbidden" || code === "unauthorized" ? "a cluster admin" : null;
  return { outcome: "refused", because: sentence, who, commands: [] };
}

function holdTargetOf(source: string, { kind, namespace, name }: OwnerSeen): HoldTarget | null {
  const layer = layerOfOwner(kind);
  return layer && { source, layer, detail: { kind, namespace, name } };
}

function notPaused(
  owner: OwnerSeen,
  because: string,
  more: { who: string | null; commands: string[] } = { who: null, commands: [] },
): Refused {
  const lasting =
    owner.undoesWithinSeconds === null
      ? "until its next delivery"
      : `about ${ageInWords(owner.undoesWithinSeconds * 1_000)}`;
  return {
    outcome: "refused",
    blocker: {
      code: "owner-not-paused",
      sentence: `${owner.title} couldn’t be paused, so nothing was rolled back: it would have lasted ${lasting}. ${because} Look again: it can be pulled with a reason.`,
      ...more,
    },
  };
}
