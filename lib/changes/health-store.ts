import "server-only";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { DeploymentRef } from "@/lib/contracts/service";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";
import { storable } from "@/lib/server/storable";

/** How a Deployment's pods were when last seen. */
export const DeploymentHealth = z.object({
  revision: z.number().int().nullable(),
  state: z.enum(["rolling", "complete", "stuck", "paused"]),
  desired: z.number().int(),
  available: z.number().int(),
  /** Why it is stuck, or how far it is. */
  sentence: z.string(),
  /** Since when some pods have been missing or the rollout stuck; null when all is well. */
  unhealthySince: z.iso.datetime().nullable(),
});
export type DeploymentHealth = z.infer<typeof DeploymentHealth>;

/** Keeps how a Deployment's pods are; what is as it was isn't written again. */
export async function saveHealth(
  db: Database,
  seen: { source: string; deployment: ObservedDeployment; at: Date },
): Promise<void> {
  const { source, deployment, at } = seen;
  const { revision, rollout } = deployment;
  const { state, desired, available } = rollout;
  const { namespace, name, uid, sentence } = storable({
    ...{ namespace: deployment.namespace, name: deployment.name, uid: deployment.uid },
    sentence: rollout.sentence,
  });
  const where = { source, namespace, name };
  const before = await db.deploymentSnapshot.findUnique({
    where: { source_namespace_name: where },
  });
  const was = before?.uid === uid ? DeploymentHealth.safeParse(before.observed).data : undefined;
  const isUnhealthy = state === "stuck" || available < desired;
  const health: DeploymentHealth = {
    ...{ revision, state, desired, available, sentence },
    unhealthySince: isUnhealthy ? (was?.unhealthySince ?? at.toISOString()) : null,
  };
  if (isDeepStrictEqual(was, health)) return;
  const data = { uid, observed: asJson(health), observedAt: at };
  await db.deploymentSnapshot.upsert({
    where: { source_namespace_name: where },
    create: { ...where, ...data },
    update: data,
  });
}

/** Of these Deployments, how each was when last seen; those never seen are left out. */
export async function healthOf(
  db: Database,
  refs: DeploymentRef[],
): Promise<{ deployment: DeploymentRef; health: DeploymentHealth }[]> {
  if (refs.length === 0) return [];
  const rows = await db.deploymentSnapshot.findMany({
    where: { OR: refs.map(({ source, namespace, name }) => ({ source, namespace, name })) },
  });
  return rows.flatMap(({ source, namespace, name, observed }) => {
    const health = DeploymentHealth.safeParse(observed).data;
    return health ? [{ deployment: { source, namespace, name }, health }] : [];
  });
}
