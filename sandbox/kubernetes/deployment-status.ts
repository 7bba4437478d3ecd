import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  kubeTime,
  type ReplicaSet,
} from "./kube-object.ts";
import {
  actualPods,
  availablePods,
  readyPods,
  rollingLimits,
  wantedPods,
} from "./rolling-limits.ts";

export function conditionOf(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((one) => one.type === type);
}

export function condition(
  type: string,
  status: Condition["status"],
  reason: string,
  message: string,
  nowMs: number,
): Condition {
  const time = kubeTime(nowMs);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** Sets a condition; the moment of transition stays when only the reason changes. */
export function withCondition(status: DeploymentStatus, next: Condition): DeploymentStatus {
  const current = conditionOf(status, next.type);
  if (current && current.status === next.status && current.reason === next.reason) return status;
  const kept =
    current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime;
  const others = (status.conditions ?? []).filter((one) => one.type !== next.type);
  return { ...status, conditions: [...others, { ...next, lastTransitionTime: kept }] };
}

const orNothing = (count: number) => (count > 0 ? count : undefined);

/** Counts and the Available condition, from the ReplicaSets as they report themselves. */
export function calculateStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newest: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  const available = availablePods(all);
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation,
    replicas: orNothing(actualPods(all)),
    updatedReplicas: orNothing(newest?.status.replicas ?? 0),
    readyReplicas: orNothing(readyPods(all)),
    availableReplicas: orNothing(available),
    unavailableReplicas: orNothing(wantedPods(all) - available),
    terminatingReplicas: 0,
    conditions: deployment.status.conditions,
  };
  const enough = available >= deployment.spec.replicas - rollingLimits(deployment).maxUnavailable;
  return withCondition(
    status,
    enough
      ? condition(
          "Available",
          "True",
          "MinimumReplicasAvailable",
          "Deployment has minimum availability.",
          nowMs,
        )
      : condition(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
          nowMs,
        ),
  );
}

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = deployment.spec.replicas;
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** When a rollout that doesn't move is declared stuck; nothing when that can't happen. */
export function deadlineMs(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  const progressing = conditionOf(status, "Progressing");
  if (seconds === undefined || !progressing?.lastUpdateTime) return undefined;
  if (progressing.reason === "NewReplicaSetAvailable") return undefined;
  if (progressing.reason === "ProgressDeadlineExceeded") return undefined;
  return Date.parse(progressing.lastUpdateTime) + seconds * 1_000;
}

/** The status with the Progressing condition a rollout has reached. */
export function progressedStatus(
  deployment: Deployment,
  calculated: DeploymentStatus,
  newest: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  if (deployment.spec.progressDeadlineSeconds === undefined) {
    return {
      ...calculated,
      conditions: calculated.conditions?.filter((one) => one.type !== "Progressing"),
    };
  }
  const current = conditionOf(deployment.status, "Progressing");
  const wasComplete =
    (calculated.replicas ?? 0) === (calculated.updatedReplicas ?? 0) &&
    current?.reason === "NewReplicaSetAvailable";
  if (wasComplete) return calculated;
  const subject = newest
    ? `ReplicaSet "${newest.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const set = (status: Condition["status"], reason: string, message: string) =>
    condition("Progressing", status, reason, message, nowMs);
  if (isComplete(deployment, calculated)) {
    const done = set("True", "NewReplicaSetAvailable", `${subject} has successfully progressed.`);
    return withCondition(calculated, done);
  }
  if (isProgressing(deployment.status, calculated)) {
    const moving = set("True", "ReplicaSetUpdated", `${subject} is progressing.`);
    if (current?.status === "True") moving.lastTransitionTime = current.lastTransitionTime;
    const others = (calculated.conditions ?? []).filter((one) => one.type !== "Progressing");
    // Progress restarts the deadline even if the reason stays, so the condition is always renewed.
    return { ...calculated, conditions: [...others, moving] };
  }
  const due = deadlineMs(deployment, calculated);
  if (due !== undefined && due < nowMs) {
    const stuck = set("False", "ProgressDeadlineExceeded", `${subject} has timed out progressing.`);
    return withCondition(calculated, stuck);
  }
  return calculated;
}
