import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { RevertTarget, Warning } from "@/lib/contracts/lever";
import type { Stage } from "@/lib/contracts/restoration";
import { counted } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { migrationFiles } from "./crossed-changes";
import { deployCarrying } from "./deploy-carrying";
import type { Lever } from "./lever";
import { type Plan, resourceOf } from "./plan";
import { seenMismatch } from "./rollback";
import { type Job, serialOf } from "./store";

type RevertPlan = Extract<Plan, { lever: "revert" }>;

/** Revert a merged pull request, and follow the revert through checks, merge, delivery and rollout. */
export const revert: Lever<RevertTarget> = {
  async look(ctx, target) {
    const source = ctx.sources.get("code", target.source);
    const [preview, serial, merge] = await Promise.all([
      source.previewRevert(target.repository, target.number),
      serialOf(ctx.db, resourceOf(target)),
      mergeOf(ctx, target),
    ]);
    const { pull, existing } = preview;
    const isWarned = preview.warnings.some((warning) => warning.code === "reverts-migration");
    const schema = merge && !isWarned ? await ownSchemaWarnings(ctx, target, merge) : [];
    const verb = existing ? `Follow revert #${existing.number} of` : "Open revert of";
    return {
      label: `${verb} #${target.number}`,
      confirm: existing
        ? `Confirm: follow #${existing.number}, which reverts #${target.number}`
        : `Confirm: open a pull request that reverts #${target.number}`,
      sentence: `Revert #${target.number} ${pull.title} (${counted(pull.files.length, "file")}).`,
      blockers: preview.blockers,
      warnings: [...preview.warnings, ...schema],
      checks: preview.checks,
      touches: "every branch downstream: it is a code change",
      leaves: ["configuration around the code stays as it is now", "flags as they are"],
      seen: { lever: "revert", head: pull.headCommit, serial },
      service: merge?.services[0] ?? null,
    };
  },

  async prepare(ctx, target, seen) {
    if (seen.lever !== "revert") throw seenMismatch();
    const merge = await mergeOf(ctx, target);
    return {
      plan: { lever: "revert", head: seen.head, revertNumber: null, mergeCommit: null },
      label: `Revert ${merge?.title ?? `#${target.number}`}`,
      service: merge?.services[0] ?? null,
      url: ctx.sources.get("code", target.source).urlOf(target.repository, target.number),
    };
  },

  async act(ctx, target, job) {
    const { restoration } = job;
    const answer = await ctx.sources.get("code", target.source).revert({
      repository: target.repository,
      number: target.number,
      seenHead: planOf(job).head,
      restorationId: restoration.id,
      incidentId: restoration.incidentId,
      incidentUrl: `${ctx.publicUrl}/incidents/${restoration.incidentId}`,
    });
    switch (answer.outcome) {
      case "accepted":
        return {
          outcome: "accepted",
          at: new Date(answer.at),
          sentence: answer.found
            ? `Found #${answer.number}, which reverts it already`
            : `Opened #${answer.number}. Opening is not restoring: it must be merged and delivered`,
          plan: { ...planOf(job), revertNumber: answer.number },
          url: answer.url,
        };
      case "by-hand":
        return {
          outcome: "refused",
          blocker: {
            code: "by-hand",
            sentence: answer.because,
            who: null,
            commands: answer.commands,
          },
        };
      case "refused":
        return answer;
      default:
        return answer satisfies never;
    }
  },

  async observe(ctx, target, job) {
    const plan = planOf(job);
    if (plan.revertNumber === null) {
      return { state: "failed", code: "lost", sentence: "The revert's number was never recorded." };
    }
    const { pull, stages } = await ctx.sources
      .get("code", target.source)
      .revertProgress(target.repository, plan.revertNumber);
    if (pull.state === "closed") {
      return {
        state: "failed",
        code: "closed",
        sentence: `#${plan.revertNumber} was closed without being merged.`,
        stages,
      };
    }
    const mergedPlan = { ...plan, mergeCommit: pull.mergeCommit };
    if (pull.state === "open") {
      const current = stages.find((stage) => stage.state !== "done");
      return {
        state: "waiting",
        progress: current
          ? `${current.name}: ${current.detail ?? current.state}`
          : "Waiting for the merge",
        stages: [...stages, waitingFor("Delivery"), waitingFor("Rollout")],
        plan: mergedPlan,
      };
    }
    return followDelivery(ctx, target, job, stages, mergedPlan);
  },

  async settle(ctx, target, job) {
    const source = ctx.sources.get("code", target.source);
    const found = await source.findRevert(target.repository, target.number, job.restoration.id);
    if (!found) {
      return {
        found: "not-applied",
        sentence: "Read back: no pull request carries this Restoration's mark",
      };
    }
    return {
      found: "applied",
      sentence: `Read back: #${found.number} carries this Restoration's mark`,
      plan: { ...planOf(job), revertNumber: found.number },
      url: found.url,
    };
  },
};

function planOf(job: Job): RevertPlan {
  if (job.plan.lever !== "revert") throw new Error(`${job.restoration.id} is no revert`);
  return job.plan;
}

function waitingFor(name: string): Stage {
  return { name, state: "waiting", detail: null, url: null };
}

async function followDelivery(
  ctx: Ctx,
  target: RevertTarget,
  job: Job,
  stages: Stage[],
  plan: RevertPlan,
): ReturnType<typeof revert.observe> {
  const mergedAt = ctx.now();
  const deploy = plan.mergeCommit
    ? await deployCarrying(ctx, {
        ...target,
        mergeCommit: plan.mergeCommit,
        service: job.restoration.service,
      })
    : null;
  if (deploy === "no-deployments") {
    return {
      state: "in-effect",
      at: mergedAt,
      sentence: `#${plan.revertNumber} is merged; the service names no Deployment to watch`,
      stages,
      plan,
    };
  }
  if (!deploy) {
    const delivery: Stage = {
      ...waitingFor("Delivery"),
      state: "running",
      detail: "merged; waiting for a deploy that carries it",
    };
    return {
      state: "waiting",
      progress: "Merged; waiting for a deploy that carries it",
      stages: [...stages, delivery, waitingFor("Rollout")],
      plan,
    };
  }
  const delivered: Stage = {
    name: "Delivery",
    state: "done",
    detail: deploy.title,
    url: deploy.url,
  };
  if (!deploy.completedAt) {
    const rollout: Stage = {
      name: "Rollout",
      state: "running",
      detail: deploy.title,
      url: deploy.url,
    };
    return {
      state: "waiting",
      progress: `Rolling out ${deploy.title}`,
      stages: [...stages, delivered, rollout],
      plan,
    };
  }
  const rolled: Stage = { name: "Rollout", state: "done", detail: deploy.title, url: deploy.url };
  return {
    state: "in-effect",
    at: new Date(deploy.completedAt),
    sentence: `${deploy.title} carries the revert and is complete`,
    stages: [...stages, delivered, rolled],
    plan,
  };
}

async function mergeOf(ctx: Ctx, target: RevertTarget): Promise<Change | null> {
  const [merge] = await changesOfSubject(ctx.db, {
    source: target.source,
    subject: `${target.repository}#${target.number}`,
    limit: 1,
  });
  return merge ?? null;
}

async function ownSchemaWarnings(
  ctx: Ctx,
  target: RevertTarget,
  merge: Change,
): Promise<Warning[]> {
  const repository = (await listServices(ctx)).find(
    (service) =>
      service.repository?.source === target.source &&
      service.repository.name === target.repository &&
      merge.services.includes(service.name),
  )?.repository;
  const files = repository ? migrationFiles(merge, repository) : [];
  if (files.length === 0) return [];
  return [
    {
      code: "schema-changed",
      sentence: `It brought a migration (${files.join(", ")}). Reverting removes the file, not what it did; nobody has checked that the reverted code runs on today’s schema.`,
      unsafe: true,
    },
  ];
}
