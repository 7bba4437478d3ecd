import type { Deployment, ReplicaSet, StringMap } from "./kube-object.ts";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";
export const CHANGE_CAUSE = "kubernetes.io/change-cause";

const HISTORY_LENGTH_LIMIT = 2_000;

const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  "deprecated.deployment.rollback.to",
]);

export function revisionOf(object: { metadata: { annotations?: StringMap } }): number {
  return Number.parseInt(object.metadata.annotations?.[REVISION] ?? "0", 10) || 0;
}

export function maxRevision(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((max, one) => Math.max(max, revisionOf(one)), 0);
}

/** A Deployment's annotations as far as its ReplicaSets carry them along. */
export function copiedAnnotations(deployment: Deployment): StringMap {
  const all = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(all.filter(([key]) => !NOT_COPIED.has(key)));
}

function longerHistory(history: string, revision: string): string {
  const numbers = history === "" ? [] : history.split(",");
  numbers.push(revision);
  while (numbers.join(",").length > HISTORY_LENGTH_LIMIT) numbers.shift();
  return numbers.join(",");
}

/** A reused ReplicaSet takes the new number and remembers the one it had. */
export function withNewRevision(annotations: StringMap, revision: number): StringMap {
  const old = annotations[REVISION];
  if (old !== undefined && Number.parseInt(old, 10) >= revision) return annotations;
  const next: StringMap = { ...annotations, [REVISION]: String(revision) };
  if (old !== undefined) {
    next[REVISION_HISTORY] = longerHistory(annotations[REVISION_HISTORY] ?? "", old);
  }
  return next;
}
