import "server-only";
import { recordConfig } from "@/lib/changes/record-config";
import { recordDeployment } from "@/lib/changes/record-deployment";
import type {
  DeployFollower,
  DeploySource,
  ObservedDeployment,
} from "@/lib/integrations/deploy-source";
import type { Ctx } from "@/lib/server/context";
import { nudge, nudgeSource } from "@/lib/server/nudge";
import { discoverService } from "@/lib/services/discover-service";
import { forgetVanished } from "@/lib/services/forget-vanished";
import { listServices } from "@/lib/services/list-services";
import type { SourceHealth } from "./source-health";

/**
 * Follows one cluster until `signal` aborts: each Deployment it tells of goes into the ledger, and what
 * changes of the configuration they refer to; services declared by annotations are kept, and a new
 * deploy has the repositories read again.
 */
export async function collectDeploys(
  ctx: Ctx,
  source: { name: string; adapter: DeploySource },
  health: SourceHealth,
  signal: AbortSignal,
): Promise<void> {
  const follower: DeployFollower = {
    async onDeployment(deployment, at) {
      await takeIn(ctx, source, deployment, at);
      health.live(at);
    },
    async onGone({ namespace, name }, at) {
      ctx.log.info({ source: source.name, namespace, name }, "a Deployment is gone");
      const deployment = { namespace, name, annotations: {} };
      if (await discoverService(ctx, { source: source.name, deployment, at })) {
        ctx.publish("services");
      }
    },
    async onListed(present, at) {
      if (await forgetVanished(ctx, { source: source.name, present, at })) ctx.publish("services");
    },
    onCurrent: (at) => health.live(at),
    onSilent: (problem) => health.silent(problem),
    config: {
      fingerprint: ctx.sealer.fingerprint,
      async onConfig(config, at) {
        const services = await listServices(ctx);
        const written = await recordConfig(ctx, { source: source.name, config, at, services });
        if (written !== null) ctx.publish("changes");
      },
    },
  };
  await source.adapter.follow(follower, signal);
}

async function takeIn(
  ctx: Ctx,
  source: { name: string; adapter: DeploySource },
  deployment: ObservedDeployment,
  at: Date,
): Promise<void> {
  const isNewService = await discoverService(ctx, { source: source.name, deployment, at });
  if (isNewService) ctx.publish("services");
  const services = await listServices(ctx);
  const written = await recordDeployment(ctx, {
    source: source.name,
    deployment,
    at,
    services,
    url: source.adapter.urlOf(deployment),
  });
  if (written.length === 0) return;
  ctx.publish("changes");
  // Somebody may have undone what was restored.
  nudge("restorations");
  // Which merges it carries is known once the repository was read after it.
  for (const name of new Set(services.flatMap((service) => service.repository?.source ?? []))) {
    nudgeSource(name);
  }
}
