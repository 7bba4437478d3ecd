import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Estimate, LeverTarget } from "@/lib/contracts/lever";
import { quantile } from "@/lib/rules/quantiles";
import type { Ctx } from "@/lib/server/context";
import { pastDurations } from "./store";

/** Fewer own figures than this say less than the prior. */
const ENOUGH = 3;
const PRIOR_MS = { retoggle: 15_000, rollback: 120_000, revert: 1_200_000 } as const;

/**
 * How long from the click until in effect: the median and P90 of our own past Restorations of this
 * lever on this service; for a rollback without enough of them, of the Deployment's own rollouts; else
 * a stated prior.
 */
export async function estimateLever(
  ctx: Pick<Ctx, "db">,
  target: LeverTarget,
  service: string | null,
): Promise<Estimate> {
  const own = await pastDurations(ctx.db, { lever: target.lever, service, limit: 50 });
  if (own.length >= ENOUGH) return fromSample(own, `own restorations`);
  if (target.lever === "rollback") {
    const rollouts = await rolloutDurations(ctx, target);
    if (rollouts.length >= ENOUGH) return fromSample(rollouts, "rollouts of this Deployment");
  }
  return {
    p50Ms: PRIOR_MS[target.lever],
    p90Ms: null,
    n: own.length,
    basis: "a guess: not enough of our own yet",
  };
}

function fromSample(sample: number[], of: string): Estimate {
  return {
    p50Ms: Math.round(quantile(sample, 0.5)),
    p90Ms: Math.round(quantile(sample, 0.9)),
    n: sample.length,
    basis: `median of ${sample.length} ${of}`,
  };
}

async function rolloutDurations(
  ctx: Pick<Ctx, "db">,
  target: Extract<LeverTarget, { lever: "rollback" }>,
): Promise<number[]> {
  const deploys = await changesOfSubject(ctx.db, {
    source: target.source,
    subject: `${target.namespace}/${target.deployment}`,
    limit: 20,
  });
  return deploys.flatMap((deploy) => {
    const ms = deploy.completedAt ? Date.parse(deploy.completedAt) - Date.parse(deploy.at) : 0;
    return ms > 0 ? [ms] : [];
  });
}
