import "server-only";
import { isDeepStrictEqual } from "node:util";
import type { Service } from "@/lib/contracts/service";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import { readAnnotations } from "@/lib/rules/read-annotations";
import type { Ctx } from "@/lib/server/context";
import { discoveredServices, forgetDiscovered, saveDiscovered } from "./store";

/** Of a Deployment only what it declares matters here; one that is gone declares nothing. */
type Annotated = Pick<ObservedDeployment, "namespace" | "name" | "annotations">;

/**
 * Keeps the services that Deployments declare by annotations: several Deployments may declare one
 * service, and a declaration that went away is forgotten. Returns true when something changed.
 */
export async function discoverService(
  ctx: Pick<Ctx, "db" | "sources" | "log">,
  input: { source: string; deployment: Annotated; at: Date },
): Promise<boolean> {
  const { source, deployment, at } = input;
  const ref = { source, namespace: deployment.namespace, name: deployment.name };
  const isHere = (other: typeof ref) =>
    other.source === ref.source && other.namespace === ref.namespace && other.name === ref.name;
  const stored = await discoveredServices(ctx.db);
  const declared = declaration(ctx, input);
  let changed = false;
  for (const service of stored) {
    if (service.name === declared?.name || !service.deployments.some(isHere)) continue;
    const deployments = service.deployments.filter((other) => !isHere(other));
    if (deployments.length === 0) await forgetDiscovered(ctx.db, service.name);
    else await saveDiscovered(ctx.db, { service: { ...service, deployments }, source, at });
    changed = true;
  }
  if (!declared) return changed;
  const before = stored.find((service) => service.name === declared.name);
  const others = before?.deployments.filter((other) => !isHere(other)) ?? [];
  const service = {
    ...(others.length > 0 ? completed(declared, before) : declared),
    deployments: [...others, ref],
  };
  if (before && isDeepStrictEqual(before, service)) return changed;
  await saveDiscovered(ctx.db, { service, source, at });
  return true;
}

/** One of several Deployments may name only the service; what another one says of it stays. */
function completed(declared: Service, before: Service | undefined): Service {
  if (!before) return declared;
  return {
    ...declared,
    title: declared.title === declared.name ? before.title : declared.title,
    team: declared.team ?? before.team,
    repository: declared.repository ?? before.repository,
    flags: declared.flags ?? before.flags,
    signal: declared.signal ?? before.signal,
    dependsOn: declared.dependsOn.length > 0 ? declared.dependsOn : before.dependsOn,
    // Only what the latest declaration says: a permission doesn't outlive its withdrawal.
    mayBeDrilled: declared.mayBeDrilled,
  };
}

function declaration(
  ctx: Pick<Ctx, "sources" | "log">,
  { source, deployment }: { source: string; deployment: Annotated },
) {
  const only = (kind: string) => {
    const all = ctx.sources.all().filter((candidate) => candidate.kind === kind);
    return all.length === 1 ? (all[0]?.name ?? null) : null;
  };
  try {
    return readAnnotations(
      { source, ...deployment },
      { code: only("code"), flags: only("flags"), signals: only("signals") },
    );
  } catch (error) {
    ctx.log.warn(
      { err: error, deployment: `${deployment.namespace}/${deployment.name}` },
      "annotations of a Deployment make no sense and are ignored",
    );
    return null;
  }
}
