import "server-only";
import type { RevertTarget } from "@/lib/contracts/lever";
import type { Stage } from "@/lib/contracts/restoration";
import { pausedBy } from "@/lib/loose-ends/store";
import { ownerTitle } from "@/lib/rules/owner-on-lever";
import { stagesUntilMerged, type Usual, usualIn, usualOf } from "@/lib/rules/revert-stages";
import type { Ctx } from "@/lib/server/context";
import { deployCarrying } from "./deploy-carrying";
import { heldInWords, judgeHead } from "./judge-head";
import type { Observed } from "./lever";
import { isLookDue } from "./look-pace";
import type { Plan } from "./plan";
import { readUsualDelivery } from "./read-usual-delivery";
import { hurryMerge, reopenStep, stepsOf, stepTimes } from "./revert-step-store";
import type { Job } from "./store";

/** So long what was done about the merge may take to show. */
const SETTLED_MS = 10_000;

type RevertPlan = Extract<Plan, { lever: "revert" }>;

export function planOf(job: Job): RevertPlan {
  if (job.plan.lever !== "revert") throw new Error(`${job.restoration.id} is no revert`);
  return job.plan;
}

/** How far an opened revert is: through checks, reviews and merge, delivery and rollout. */
export async function observeRevert(ctx: Ctx, target: RevertTarget, job: Job): Promise<Observed> {
  const { stages: before, progress, acceptedAt } = job.restoration;
  const plan = planOf(job);
  if (plan.revertNumber === null) {
    return {
      state: "failed",
      code: "lost",
      sentence:
        "The revert's number was never recorded. Look for it among the repository's pull requests, then revert again: one that is open is followed.",
    };
  }
  if (plan.mergeCommit !== null && before.length > 0) {
    const merged = before.filter(({ name }) => name !== "Delivery" && name !== "Rollout");
    // What couldn't be judged when it was merged is judged now: nothing else lets the cure through.
    const judged = await judgeHead(ctx, target, plan, plan.revertHead ?? null);
    return followDelivery(ctx, target, job, merged, { ...plan, ...judged });
  }
  if (!isLookDue(ctx, job.number, acceptedAt)) {
    return { state: "waiting", progress: progress ?? "Waiting for the merge" };
  }
  const { pull, stages: told } = await ctx.sources
    .get("code", target.source)
    .revertProgress(target.repository, plan.revertNumber);
  const stages = await withSteps(ctx, job, told);
  const sentence = `#${plan.revertNumber} was closed without being merged. Reopen it on GitHub and look at the levers again, or pull another one.`;
  if (pull.state === "closed") return { state: "failed", code: "closed", sentence, stages };
  const { mergeCommit, mergedAt, headCommit = plan.revertHead } = pull;
  const judged = await judgeHead(ctx, target, plan, headCommit ?? null);
  const seen = { ...plan, ...judged, mergeCommit, mergedAt, revertHead: headCommit };
  if (pull.state === "merged") return followDelivery(ctx, target, job, stages, seen);
  await lookAtMerge(ctx, job, told);
  const held = await heldInWords(ctx, job, seen);
  const { delivery, rollout } = await usualDelivery(ctx, target, job);
  const shown =
    held === null
      ? stages
      : stages.map((one) =>
          one.name === "Merge" ? { ...one, state: "stuck" as const, detail: held } : one,
        );
  const current = shown.find(({ state }) => state !== "done");
  return {
    state: "waiting",
    progress: current
      ? `${current.name}: ${current.detail ?? current.state}`
      : "Waiting for the merge",
    stages: [...shown, waitingFor("Delivery", delivery), waitingFor("Rollout", rollout)],
    plan: seen,
  };
}

/** Has the merge tried again when what it waited for is there, or something came in its way. */
async function lookAtMerge(ctx: Ctx, { number, restoration }: Job, told: Stage[]): Promise<void> {
  const now = ctx.now();
  if (hasPassed(restoration.stages, told)) await hurryMerge(ctx.db, number, now);
  const notSince = new Date(now.getTime() - SETTLED_MS);
  const isBehind = told.some(({ name }) => name === "Update");
  if (isBehind) await reopenStep(ctx.db, number, { step: "update", now, notSince });
  const isStuck = told.some(({ name, state }) => name === "Merge" && state === "stuck");
  if (isStuck) await reopenStep(ctx.db, number, { step: "merge", now, notSince });
}

/** Its checks were still running when it was last looked at, or a review was missing. */
function hasPassed(before: readonly Stage[], told: readonly Stage[]): boolean {
  return told.some(
    ({ name, state }) =>
      (name === "Checks" || name === "Review") &&
      state === "done" &&
      before.some((one) => one.name === name && one.state !== "done"),
  );
}

async function withSteps(ctx: Ctx, { number }: Job, told: Stage[]): Promise<Stage[]> {
  const [steps, times] = await Promise.all([stepsOf(ctx.db, number), stepTimes(ctx.db)]);
  const usual = (step: "label" | "reviewers") =>
    usualOf(
      times.filter((one) => one.step === step).map(({ ms }) => ms),
      "revert",
    );
  return stagesUntilMerged(told, steps, {
    ...{ label: usual("label"), reviewers: usual("reviewers") },
  });
}

/** What deliveries usually take: as it was said when this revert was first looked at. */
async function usualDelivery(
  ctx: Ctx,
  { source, repository }: RevertTarget,
  { restoration }: Job,
): Promise<{ delivery: Usual; rollout: Usual }> {
  const { stages, service } = restoration;
  const said = (name: string): Usual => {
    const stage = stages.find((one) => one.name === name);
    const { usualMs, usualFrom } = stage ?? {};
    return usualMs != null && usualFrom ? { ms: usualMs, from: usualFrom } : null;
  };
  if (stages.some(({ name }) => name === "Delivery")) {
    return { delivery: said("Delivery"), rollout: said("Rollout") };
  }
  return readUsualDelivery(ctx.db, { source, repository, service });
}

function waitingFor(name: string, usual: Usual): Stage {
  return { name, state: "waiting", detail: null, url: null, ...usualIn(usual) };
}

async function followDelivery(
  ctx: Ctx,
  target: RevertTarget,
  job: Job,
  stages: Stage[],
  plan: RevertPlan,
): Promise<Observed> {
  const mergedAt = plan.mergedAt ?? null;
  const { mergeCommit } = plan;
  const [deploy, usual] = await Promise.all([
    mergeCommit === null
      ? null
      : deployCarrying(ctx, { ...target, mergeCommit, service: job.restoration.service }),
    usualDelivery(ctx, target, job),
  ]);
  if (deploy === "no-deployments") {
    return {
      state: "in-effect",
      at: mergedAt === null ? ctx.now() : new Date(mergedAt),
      sentence: `#${plan.revertNumber} is merged; the service names no Deployment to watch`,
      stages,
      plan,
    };
  }
  const stage = (name: "Delivery" | "Rollout", since: string | null): Stage => ({
    ...{ name, state: "running", detail: deploy?.title ?? null, url: deploy?.url ?? null },
    ...{ startedAt: since, ...usualIn(name === "Delivery" ? usual.delivery : usual.rollout) },
  });
  if (!deploy) {
    const held = await heldInWords(ctx, job, plan);
    const waits = `waiting for a deploy that carries it${held === null ? "" : `; ${held}`}${await pausedInWords(ctx, job)}`;
    const delivery: Stage = { ...stage("Delivery", mergedAt), detail: `merged; ${waits}` };
    return {
      state: "waiting",
      progress: `Merged; ${waits}`,
      stages: [...stages, delivery, waitingFor("Rollout", usual.rollout)],
      plan,
    };
  }
  const delivered: Stage = { ...stage("Delivery", mergedAt), state: "done" };
  const rollout = stage("Rollout", deploy.at);
  if (!deploy.completedAt) {
    return {
      state: "waiting",
      progress: `Rolling out ${deploy.title}`,
      stages: [...stages, delivered, rollout],
      plan,
    };
  }
  return {
    state: "in-effect",
    at: new Date(deploy.completedAt),
    sentence: `${deploy.title} carries the revert and is complete`,
    stages: [...stages, delivered, { ...rollout, state: "done" }],
    plan,
  };
}

/** Who would deliver it, had nobody paused them; empty when nobody did. */
async function pausedInWords(ctx: Ctx, { incidentNumber }: Job): Promise<string> {
  const paused = (await pausedBy(ctx.db, incidentNumber)).filter(
    ({ hold, claims }) =>
      (hold.state === "held" || hold.state === "asked") &&
      claims.some(({ droppedAt }) => droppedAt === null),
  );
  return paused
    .map(({ kind, name, claims }) => {
      const by = claims.findLast(({ droppedAt }) => droppedAt === null)?.restorationId;
      return `. ${ownerTitle(kind, name)} is paused for ${by}: it delivers nothing until it is resumed`;
    })
    .join("");
}
