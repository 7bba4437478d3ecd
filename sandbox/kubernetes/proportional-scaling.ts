import type { Deployment, ReplicaSet } from "./kube-object.ts";
import { DESIRED_REPLICAS, MAX_REPLICAS, revisionOf } from "./revision-annotations.ts";
import { byCreation, rollingLimits, wantedPods } from "./rolling-limits.ts";

/** A ReplicaSet's share of a change in size, by its share of the Deployment so far. */
function share(one: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  const left = toAdd - added;
  if (one.spec.replicas === 0 || toAdd === 0 || left === 0) return 0;
  let fraction = -one.spec.replicas;
  if (deployment.spec.replicas > 0) {
    const most = deployment.spec.replicas + rollingLimits(deployment).maxSurge;
    const known = Number.parseInt(one.metadata.annotations?.[MAX_REPLICAS] ?? "", 10);
    const before = known || deployment.status.replicas || 0;
    if (before === 0) return 0;
    fraction = Math.round((one.spec.replicas * most) / before) - one.spec.replicas;
  }
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function isSaturated(deployment: Deployment, newest: ReplicaSet): boolean {
  const wanted = deployment.spec.replicas;
  return (
    newest.metadata.annotations?.[DESIRED_REPLICAS] === String(wanted) &&
    newest.spec.replicas === wanted &&
    (newest.status.availableReplicas ?? 0) === wanted
  );
}

/** The sizes all ReplicaSets take when a Deployment is scaled, also in the middle of a rollout. */
export function proportionalSizes(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  all: readonly ReplicaSet[],
): [ReplicaSet, number][] {
  const active = all.filter((one) => one.spec.replicas > 0);
  const wanted = deployment.spec.replicas;
  if (active.length <= 1) {
    const latest = [...old].sort((a, b) => revisionOf(b) - revisionOf(a))[0];
    const only = active[0] ?? newest ?? latest;
    return only ? [[only, wanted]] : [];
  }
  if (newest && isSaturated(deployment, newest)) {
    return old.filter((one) => one.spec.replicas > 0).map((one) => [one, 0]);
  }
  if (deployment.spec.strategy.type !== "RollingUpdate") return [];
  const allowed = wanted > 0 ? wanted + rollingLimits(deployment).maxSurge : 0;
  const toAdd = allowed - wantedPods(active);
  // The largest come first; of equals the newer grows first and the older shrinks first.
  const order = (a: ReplicaSet, b: ReplicaSet) =>
    b.spec.replicas - a.spec.replicas || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b));
  let added = 0;
  const sizes = active.sort(order).map((one): [ReplicaSet, number] => {
    const part = share(one, deployment, toAdd, added);
    added += part;
    return [one, one.spec.replicas + part];
  });
  const first = sizes[0];
  if (first && toAdd !== 0) first[1] = Math.max(0, first[1] + toAdd - added);
  return sizes;
}
