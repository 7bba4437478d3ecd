import type { Deployment, ReplicaSet } from "./kube-object.ts";
import { availablePods, rollingLimits, wantedPods } from "./rolling-limits.ts";

type Step = { replicaSet: ReplicaSet; replicas: number };

/**
 * How far each old ReplicaSet may shrink now: unhealthy pods go first, then healthy ones as far as
 * the Deployment stays available. Old sets are taken oldest first.
 */
export function oldScaleDowns(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Step[] {
  if (wantedPods(old) === 0) return [];
  const all = newest ? [...old, newest] : old;
  const least = deployment.spec.replicas - rollingLimits(deployment).maxUnavailable;
  const newUnavailable = newest ? newest.spec.replicas - (newest.status.availableReplicas ?? 0) : 0;
  const mayGo = wantedPods(all) - least - newUnavailable;
  if (mayGo <= 0) return [];
  const sizes = new Map(old.map((one) => [one, one.spec.replicas]));
  let gone = 0;
  for (const one of old) {
    const unhealthy = one.spec.replicas - (one.status.availableReplicas ?? 0);
    const count = Math.min(mayGo - gone, unhealthy);
    if (one.spec.replicas === 0 || count <= 0) continue;
    sizes.set(one, one.spec.replicas - count);
    gone += count;
  }
  let spare = availablePods(all) - least;
  for (const one of old) {
    const size = sizes.get(one) ?? 0;
    const count = Math.min(size, spare);
    if (count <= 0) continue;
    sizes.set(one, size - count);
    spare -= count;
  }
  return [...sizes]
    .filter(([one, replicas]) => replicas !== one.spec.replicas)
    .map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
}
