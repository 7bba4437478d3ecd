import { type Cluster, newMeta, putAs } from "./cluster.ts";
import type { Deployment, ObjectMeta, PodTemplate, ReplicaSet, StringMap } from "./kube-object.ts";
import { podTemplateHash } from "./pod-template-hash.ts";
import {
  copiedAnnotations,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  REVISION,
} from "./revision-annotations.ts";
import { byCreation, newReplicaSetSize, rollingLimits } from "./rolling-limits.ts";
import { sameValue } from "./same-value.ts";

/** The template as the user wrote it: without the label the controller adds. */
export function bareTemplate(template: PodTemplate): PodTemplate {
  const { "pod-template-hash": hash, ...labels } = template.metadata?.labels ?? {};
  return hash === undefined
    ? template
    : { ...template, metadata: { ...template.metadata, labels } };
}

/** A Deployment's ReplicaSets, oldest first, and which of them has the current template. */
export type Sets = { newest: ReplicaSet | undefined; old: ReplicaSet[]; all: ReplicaSet[] };

export function setsOf(cluster: Cluster, deployment: Deployment): Sets {
  const owned = cluster.store.ownedBy(deployment.metadata.uid, "replicasets") as ReplicaSet[];
  const all = owned.sort(byCreation);
  const wanted = bareTemplate(deployment.spec.template);
  const newest = all.find((one) => sameValue(bareTemplate(one.spec.template), wanted));
  return { newest, old: all.filter((one) => one !== newest), all };
}

/** The figures a ReplicaSet carries, from which a later change of scale is noticed. */
export function replicaAnnotations(deployment: Deployment): StringMap {
  const { replicas } = deployment.spec;
  return {
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + rollingLimits(deployment).maxSurge),
  };
}

/** The tie by which a Deployment controls its ReplicaSets, or a ReplicaSet its pods. */
export function ownedByController(kind: string, { name, uid }: ObjectMeta) {
  const owner = { apiVersion: "apps/v1", kind, name, uid };
  return [{ ...owner, controller: true, blockOwnerDeletion: true }];
}

/** Makes the ReplicaSet of a template not seen before, as large as the rollout allows now. */
export function createReplicaSet(
  cluster: Cluster,
  deployment: Deployment,
  all: readonly ReplicaSet[],
  revision: number,
): ReplicaSet {
  const { namespace = "", name } = deployment.metadata;
  const { selector, minReadySeconds } = deployment.spec;
  const template = bareTemplate(deployment.spec.template);
  let collisions = 0;
  let hash = podTemplateHash(template);
  while (cluster.store.get("replicasets", namespace, `${name}-${hash}`)) {
    collisions += 1;
    hash = podTemplateHash(template, collisions);
  }
  const labels = { ...template.metadata?.labels, "pod-template-hash": hash };
  const metadata = newMeta(cluster, {
    name: `${name}-${hash}`,
    namespace,
    generation: 1,
    labels,
    annotations: {
      ...copiedAnnotations(deployment),
      ...replicaAnnotations(deployment),
      [REVISION]: String(revision),
    },
    ownerReferences: ownedByController("Deployment", deployment.metadata),
  });
  const matchLabels = { ...selector.matchLabels, "pod-template-hash": hash };
  return putAs(cluster, "replicasets", {
    metadata,
    spec: {
      replicas: newReplicaSetSize(deployment, all, 0),
      minReadySeconds,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  });
}
