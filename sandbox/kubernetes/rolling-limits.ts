import type { Deployment, ReplicaSet } from "./kube-object.ts";

/** A count, or a percentage of the wanted replicas rounded as stated. */
function resolve(value: number | string, replicas: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  return value.endsWith("%")
    ? round((Number.parseFloat(value) * replicas) / 100)
    : Number.parseInt(value, 10) || 0;
}

/** How many pods may be above and below the wanted number during a rolling update. */
export function rollingLimits(deployment: Deployment): {
  maxSurge: number;
  maxUnavailable: number;
} {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type !== "RollingUpdate") return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } = strategy.rollingUpdate ?? {};
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  // Both may round down to nothing, and then no rollout could ever move.
  const least = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxSurge: surge, maxUnavailable: Math.min(least, replicas) };
}

const sum = (all: readonly ReplicaSet[], of: (one: ReplicaSet) => number) =>
  all.reduce((total, one) => total + of(one), 0);

export const wantedPods = (all: readonly ReplicaSet[]) => sum(all, (one) => one.spec.replicas);
export const actualPods = (all: readonly ReplicaSet[]) => sum(all, (one) => one.status.replicas);
export const readyPods = (all: readonly ReplicaSet[]) =>
  sum(all, (one) => one.status.readyReplicas ?? 0);
export const availablePods = (all: readonly ReplicaSet[]) =>
  sum(all, (one) => one.status.availableReplicas ?? 0);

/** The size the new ReplicaSet may have now, given what the others still hold. */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type !== "RollingUpdate") return replicas;
  const room = replicas + rollingLimits(deployment).maxSurge - wantedPods(all);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
