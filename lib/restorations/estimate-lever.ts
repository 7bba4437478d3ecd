import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Estimate, LeverTarget, RevertTarget } from "@/lib/contracts/lever";
import type { RevertPath } from "@/lib/integrations/code-guard";
import { ENOUGH, estimateRestoration } from "@/lib/rules/estimate-restoration";
import { estimateRevert } from "@/lib/rules/estimate-revert";
import type { Ctx } from "@/lib/server/context";
import { pastDurations } from "./duration-store";
import { readUsualDelivery } from "./read-usual-delivery";

/**
 * How long from the click until in effect: by our own past verified Restorations of this lever on this
 * service; without enough of them, for a rollback by the Deployment's own rollouts, for a revert by the
 * sum of what it passes through (`path`, when that was read); else a stated prior.
 */
export async function estimateLever(
  ctx: Pick<Ctx, "db">,
  target: LeverTarget,
  service: string | null,
  path: RevertPath | null = null,
): Promise<Estimate> {
  const own = await pastDurations(ctx.db, { lever: target.lever, service, limit: 50 });
  if (own.length < ENOUGH && target.lever === "revert") {
    const stages = await byStages(ctx, target, service, path);
    if (stages) return stages;
  }
  const nearest =
    own.length < ENOUGH && target.lever === "rollback"
      ? { sample: await rolloutDurations(ctx, target), of: "rollouts of this Deployment" }
      : null;
  return estimateRestoration(target.lever, own, nearest);
}

async function byStages(
  { db }: Pick<Ctx, "db">,
  { source, repository }: RevertTarget,
  service: string | null,
  path: RevertPath | null,
): Promise<Estimate | null> {
  const { delivery, rollout, n } = await readUsualDelivery(db, { source, repository, service });
  const { checksUsualMs, checksUsualFrom, mergeUsualMs, mergeUsualFrom } = path ?? {};
  return estimateRevert({
    merge: path?.merge ?? null,
    checks: checksUsualMs == null ? null : { ms: checksUsualMs, from: checksUsualFrom ?? "" },
    merging: mergeUsualMs == null ? null : { ms: mergeUsualMs, from: mergeUsualFrom ?? "" },
    reviews: path?.reviews ?? 0,
    ...{ delivery, rollout, deliveries: n },
  });
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
