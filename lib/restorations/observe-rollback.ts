import "server-only";
import type { RollbackTarget } from "@/lib/contracts/lever";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import type { Undoing } from "@/lib/rules/undone";
import type { Ctx } from "@/lib/server/context";
import type { Observed, Settled } from "./lever";
import type { Plan } from "./plan";
import type { Job } from "./store";

type RollbackPlan = Extract<Plan, { lever: "rollback" }>;

/** How far a rollback is, read from the cluster now. */
export async function observeRollback(
  ctx: Ctx,
  target: RollbackTarget,
  job: Job,
): Promise<Observed> {
  const plan = planOf(job);
  const live = await readLive(ctx, target);
  if (live.uid !== plan.uid) {
    return {
      state: "failed",
      code: "superseded",
      sentence: `${target.deployment} was deleted and made anew since. Look at the levers again.`,
    };
  }
  if (live.templateHash !== plan.toHash) {
    return {
      state: "failed",
      code: "superseded",
      sentence: `Somebody changed ${target.deployment} since: it is at revision ${live.revision ?? "?"} now.`,
      undoing: undoingOf(plan, live),
    };
  }
  switch (live.rollout.state) {
    case "complete":
      return {
        state: "in-effect",
        at: live.rollout.updatedAt ? new Date(live.rollout.updatedAt) : ctx.now(),
        sentence: `All ${live.rollout.desired} pods run revision ${live.revision ?? plan.toRevision}`,
      };
    case "stuck":
      return {
        state: "failed",
        code: "stuck",
        sentence: `The rollout is stuck: ${live.rollout.sentence.replace(/\.$/, "")}. Mend what its pods wait for, or put it back.`,
      };
    case "paused":
      return { state: "waiting", progress: "The Deployment was paused: resume it to go on" };
    case "rolling":
      return { state: "waiting", progress: live.rollout.sentence };
    default:
      return live.rollout.state satisfies never;
  }
}

/** Whether a rollback whose answer was lost was done: by the mark that it leaves. */
export async function settleRollback(ctx: Ctx, target: RollbackTarget, job: Job): Promise<Settled> {
  const plan = planOf(job);
  const live = await readLive(ctx, target);
  if (live.uid === plan.uid && live.restorationId === job.restoration.id) {
    return {
      found: "applied",
      sentence: "Read back: the Deployment carries this Restoration's mark",
    };
  }
  if (live.uid === plan.uid && live.templateHash === plan.fromHash) {
    return {
      found: "not-applied",
      sentence: "Read back: the Deployment is as it was. Nothing was done",
    };
  }
  return {
    found: "not-applied",
    sentence:
      "Read back: the Deployment doesn't carry this Restoration's mark and was changed by somebody else",
  };
}

export function planOf(job: Job): RollbackPlan {
  if (job.plan.lever !== "rollback") throw new Error(`${job.restoration.id} is no rollback`);
  return job.plan;
}

/** Who put what there instead of the template of this Restoration. */
function undoingOf(plan: RollbackPlan, live: ObservedDeployment): Undoing {
  const takesBack = live.templateHash === plan.fromHash;
  const back = plan.fromRevision === null ? "the earlier" : `revision ${plan.fromRevision}’s`;
  const now = live.revision === null ? "another template" : `revision ${live.revision}`;
  return {
    by: live.writtenBy?.manager ?? null,
    did: takesBack ? `put ${back} template back` : `put ${now} live`,
    takesBack,
    changeId: null,
  };
}

async function readLive(ctx: Ctx, target: RollbackTarget) {
  return ctx.sources
    .get("deploys", target.source)
    .read({ namespace: target.namespace, name: target.deployment });
}
