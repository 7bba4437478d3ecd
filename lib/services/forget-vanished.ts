import "server-only";
import type { DeploymentName } from "@/lib/integrations/deploy-source";
import type { Ctx } from "@/lib/server/context";
import { discoveredServices, forgetDiscovered, saveDiscovered } from "./store";

/**
 * Forgets what Deployments declared that went while nobody was looking: `present` are all that the
 * source has now. Returns true when something changed.
 */
export async function forgetVanished(
  ctx: Pick<Ctx, "db">,
  { source, present, at }: { source: string; present: DeploymentName[]; at: Date },
): Promise<boolean> {
  const here = new Set(present.map(({ namespace, name }) => `${namespace}/${name}`));
  let changed = false;
  for (const service of await discoveredServices(ctx.db)) {
    const deployments = service.deployments.filter(
      (one) => one.source !== source || here.has(`${one.namespace}/${one.name}`),
    );
    if (deployments.length === service.deployments.length) continue;
    if (deployments.length === 0) await forgetDiscovered(ctx.db, service.name);
    else await saveDiscovered(ctx.db, { service: { ...service, deployments }, source, at });
    changed = true;
  }
  return changed;
}
