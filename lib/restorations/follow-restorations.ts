import "server-only";
import { SourceError } from "@/lib/integrations/source-error";
import { inEffectAt } from "@/lib/rules/in-effect-at";
import type { Undoing } from "@/lib/rules/undone";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { followUndone, readUndoing } from "./follow-undone";
import { type FollowOptions, isAnswerLost } from "./is-answer-lost";
import { letCureThrough } from "./let-cure-through";
import { leverOf } from "./lever-of";
import { markUndone } from "./mark-undone";
import { moveJob } from "./move-job";
import type { Plan } from "./plan";
import { letGoOfHolds } from "./settle-act";
import { findJob, type Job, openJobs, restorationNumber } from "./store";
import { forgetUnwritten } from "./unwritten-outcome";
import { verifyJob } from "./verify-job";

/** After a lost answer the outside may still be at work on it: look again until then before saying no. */
const UNDECIDED_FOR_MS = 4_000;
const WHO = "It isn’t as it was left any more: who changed it is being looked up";

/**
 * One turn over every Restoration that hasn't ended: claims whose answer was lost are settled by reading the
 * world, accepted ones are followed into effect, and those in effect are verified by the signal. Then over
 * those that have ended in effect, for somebody may undo them. Nothing here acts. Returns how many are still
 * open.
 */
export async function followRestorations(ctx: Ctx, options: FollowOptions): Promise<number> {
  const jobs = await openJobs(ctx.db);
  let open = 0;
  for (const job of jobs) {
    if (!(await followOne(ctx, job, options))) open += 1;
  }
  await followUndone(ctx);
  return open;
}

/**
 * True when it has ended. A source that can't be asked leaves it as it is, and says so; whatever else
 * goes wrong with one Restoration doesn't keep the others waiting.
 */
async function followOne(ctx: Ctx, job: Job, options: FollowOptions): Promise<boolean> {
  try {
    switch (job.restoration.state) {
      case "planned":
      case "asked":
        return (await isAnswerLost(ctx, job, options)) ? await settleLost(ctx, job) : false;
      case "unknown":
        return await settleLost(ctx, job);
      case "accepted":
        return await followIntoEffect(ctx, job);
      case "in-effect":
        return await followInEffect(ctx, job);
      case "verified":
      case "failed":
        return true;
      default:
        return job.restoration.state satisfies never;
    }
  } catch (error) {
    if (error instanceof SourceError || error instanceof Refusal) {
      await moveJob(ctx, job, { patch: { progress: error.sentence }, receipts: [] });
      return false;
    }
    ctx.log.error({ err: error, restoration: job.restoration.id }, "it can't be followed");
    return false;
  }
}

async function settleLost(ctx: Ctx, job: Job): Promise<boolean> {
  const { restoration } = job;
  const settled = await leverOf(restoration.target).settle(ctx, job);
  const at = ctx.now();
  if (settled.found === "applied") {
    await moveJob(ctx, job, {
      patch: {
        state: "accepted",
        acceptedAt: at,
        progress: null,
        ...(settled.plan ? { plan: settled.plan } : {}),
        ...(settled.url ? { url: settled.url } : {}),
      },
      receipts: [{ at, sentence: settled.sentence }],
      audit: "settled-applied",
    });
    forgetUnwritten(ctx.db, job.number);
    await letGoOfHolds(ctx, job, "accepted");
    return false;
  }
  const askedAt = Date.parse(restoration.askedAt ?? restoration.plannedAt);
  if (at.getTime() - askedAt < UNDECIDED_FOR_MS) return false;
  await moveJob(ctx, job, {
    patch: {
      state: "failed",
      endedAt: at,
      progress: null,
      failure: { code: "not-done", sentence: settled.sentence },
      release: true,
    },
    receipts: [{ at, sentence: settled.sentence }],
    entry: `${restoration.id} was not done: ${settled.sentence}`,
    audit: "settled-not-applied",
  });
  forgetUnwritten(ctx.db, job.number);
  await letGoOfHolds(ctx, job, "failed");
  return true;
}

async function followIntoEffect(ctx: Ctx, job: Job): Promise<boolean> {
  const { restoration } = job;
  const observed = await leverOf(restoration.target).observe(ctx, job);
  const stages = observed.stages ? { stages: observed.stages } : {};
  const plan = "plan" in observed && observed.plan ? { plan: observed.plan } : {};
  switch (observed.state) {
    case "waiting":
      await moveJob(ctx, job, {
        patch: {
          progress: observed.progress,
          ...stages,
          ...plan,
          ...nothingByHand(job, observed.plan),
        },
        receipts: [],
      });
      await letNewsThrough(ctx, job, observed.plan);
      return false;
    case "in-effect":
      await moveJob(ctx, job, {
        patch: {
          state: "in-effect",
          inEffectAt: inEffectAt(observed.at, {
            now: ctx.now(),
            acceptedAt: restoration.acceptedAt,
          }),
          progress: null,
          ...stages,
          ...plan,
          ...nothingByHand(job, observed.plan),
        },
        receipts: [{ at: ctx.now(), sentence: observed.sentence }],
        entry: `${restoration.id} in effect: ${observed.sentence}`,
        audit: "in-effect",
      });
      await letNewsThrough(ctx, job, observed.plan);
      return false;
    case "failed":
      if (observed.undoing) return endUndone(ctx, job, observed, observed.undoing);
      await moveJob(ctx, job, {
        patch: {
          state: "failed",
          endedAt: ctx.now(),
          progress: null,
          failure: { code: observed.code, sentence: observed.sentence },
          ...stages,
        },
        receipts: [{ at: ctx.now(), sentence: observed.sentence }],
        entry: `${restoration.id} failed: ${observed.sentence}`,
        audit: "failed",
      });
      return true;
    default:
      return observed satisfies never;
  }
}

/** What was to be done by hand before it could be merged is done. */
function nothingByHand({ plan }: Job, seen?: Plan): { commands?: string[] } {
  if (plan.lever !== "revert" || seen?.lever !== "revert") return {};
  return plan.mergeCommit === null && seen.mergeCommit !== null ? { commands: [] } : {};
}

/** A revert's head, and what it became on the branch, pass every freeze from when they are known. */
async function letNewsThrough(ctx: Ctx, { plan, restoration }: Job, seen?: Plan): Promise<void> {
  if (plan.lever !== "revert" || seen?.lever !== "revert") return;
  const isNews =
    plan.revertHead !== seen.revertHead ||
    plan.mergeCommit !== seen.mergeCommit ||
    plan.reviewedHeads?.length !== seen.reviewedHeads?.length;
  if (isNews) await letCureThrough(ctx, restoration.id);
}

/** What was taken away meanwhile is not verified by the signal. */
async function followInEffect(ctx: Ctx, job: Job): Promise<boolean> {
  const ending = await endIfUndone(ctx, job);
  return ending === "holds" ? verifyJob(ctx, job) : ending === "ended";
}

/**
 * While the signal is still watched, the world may be changed under it: by a controller that puts back
 * what its own repository says, by somebody else, or by putting it back.
 */
async function endIfUndone(ctx: Ctx, job: Job): Promise<"holds" | "ended" | "waiting"> {
  const { restoration } = job;
  const at = ctx.now();
  if (restoration.putBackBy) {
    const by = await findJob(ctx.db, restorationNumber(restoration.putBackBy) ?? 0);
    if (!by?.restoration.acceptedAt) return "holds";
    const sentence = `Put back by ${restoration.putBackBy}`;
    await moveJob(ctx, job, {
      patch: { endedAt: at, goodSince: null, progress: sentence },
      receipts: [{ at, sentence }],
      audit: "put-back",
    });
    return "ended";
  }
  // A merged revert stays merged; whether a later deploy dropped it shows in the signal.
  if (restoration.lever === "revert") return "holds";
  const observed = await leverOf(restoration.target).observe(ctx, job);
  if (observed.state !== "failed") return "holds";
  const isEnded = await endUndone(ctx, job, observed, observed.undoing ?? null);
  return isEnded ? "ended" : "waiting";
}

/**
 * Ends one whose effect somebody took away before it was verified. The ledger knows who, and whether it
 * is what reverts the cause; it is given a turn to learn it. True when that ended it.
 */
async function endUndone(
  ctx: Ctx,
  job: Job,
  { code, sentence: now }: { code: string; sentence: string },
  seen: Undoing | null,
): Promise<boolean> {
  const { inEffectAt, progress } = job.restoration;
  const known = seen ? await readUndoing(ctx, job) : "holds";
  const isBehind = known === "holds" && seen !== null && progress !== WHO;
  if (known === "unsure" || isBehind) {
    await moveJob(ctx, job, { patch: { progress: WHO }, receipts: [] });
    return false;
  }
  const undoing = typeof known === "string" ? seen : { ...known, by: known.by ?? seen?.by ?? null };
  const isUndone = undoing !== null && known !== "cured";
  const at = ctx.now();
  const when = inEffectAt ? "while its signal was watched" : "before it took effect";
  const sentence = `${isUndone ? "Undone" : "Replaced by what reverts it"} ${when}. ${now}`;
  await moveJob(ctx, job, {
    patch: {
      state: "failed",
      endedAt: at,
      goodSince: null,
      progress: null,
      failure: { code, sentence },
    },
    receipts: [{ at, sentence }],
    ...(isUndone ? {} : { entry: `${job.restoration.id}: ${sentence}` }),
    audit: isUndone ? "ended-undone" : "replaced",
  });
  if (isUndone) await markUndone(ctx, job, undoing);
  return true;
}
