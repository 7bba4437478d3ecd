import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Estimate, LeverTarget } from "@/lib/contracts/lever";
import { ENOUGH, estimateRestoration } from "@/lib/rules/estimate-restoration";
import type { Ctx } from "@/lib/server/context";
import { pastDurations } from "./duration-store";

/**
 * How long from the click until in effect: by our own past verified Restorations of this lever on this
 * service; for a rollback without enough of them, by the Deployment's own rollouts; else a stated prior.
 */
export async function estimateLever(
  ctx: Pick<Ctx, "db">,
  target: LeverTarget,
  service: string | null,
): Promise<Estimate> {
  const own = await pastDurations(ctx.db, { lever: target.lever, service, limit: 50 });
  const nearest =
    own.length < ENOUGH && target.lever === "rollback"
      ? { sample: await rolloutDurations(ctx, target), of: "rollouts of this Deployment" }
      : null;
  return estimateRestoration(target.lever, own, nearest);
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
