import { type Cluster, CONTROLLER, ensureNamespace, newMeta, putAs } from "./cluster.ts";
import { defaultDeploymentSpec, defaultTemplate } from "./defaults.ts";
import { bareTemplate, ownedByController } from "./deployment-replicasets.ts";
import { condition } from "./deployment-status.ts";
import { removeDependents } from "./garbage-collector.ts";
import type { Deployment, PodTemplate, ReplicaSet, StringMap } from "./kube-object.ts";
import { podStatus } from "./pod-lifecycle.ts";
import { podTemplateHash } from "./pod-template-hash.ts";
import { createPod } from "./replicaset-controller.ts";
import {
  CHANGE_CAUSE,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  REVISION,
  REVISION_HISTORY,
} from "./revision-annotations.ts";
import { rollingLimits } from "./rolling-limits.ts";
import { sameValue } from "./same-value.ts";

export type SeedDeployment = {
  namespace: string;
  name: string;
  labels?: StringMap;
  annotations?: StringMap;
  replicas: number;
  revisionHistoryLimit?: number;
  selector: StringMap;
  /** Who owns its fields, as `metadata.managedFields` names managers; kubectl apply unless stated. */
  manager?: string;
  /** Oldest first; the last one is live. A template that comes back reuses its ReplicaSet. */
  history: { revision?: number; template: PodTemplate; at: Date; changeCause?: string }[];
};

type Release = {
  template: PodTemplate;
  revision: number;
  earlier: number[];
  createdAt: Date;
  liveAt: Date;
  changeCause: string | undefined;
};

/** Folds a history into one release per template, as reused ReplicaSets do. */
function releasesOf({ history, selector }: SeedDeployment): Release[] {
  const releases: Release[] = [];
  for (const [index, entry] of history.entries()) {
    const labels = { ...selector, ...entry.template.metadata?.labels };
    const template = bareTemplate(
      defaultTemplate({ ...entry.template, metadata: { ...entry.template.metadata, labels } }),
    );
    const revision = entry.revision ?? (releases.at(-1)?.revision ?? index) + 1;
    const at = releases.findIndex((one) => sameValue(one.template, template));
    const known = at < 0 ? undefined : releases.splice(at, 1)[0];
    releases.push({
      template,
      revision,
      earlier: known ? [...known.earlier, known.revision] : [],
      createdAt: known?.createdAt ?? entry.at,
      liveAt: entry.at,
      changeCause: entry.changeCause ?? known?.changeCause,
    });
  }
  return releases;
}

function deploymentOf(cluster: Cluster, seed: SeedDeployment, live: Release): Deployment {
  const spec = defaultDeploymentSpec({
    replicas: seed.replicas,
    selector: { matchLabels: seed.selector },
    template: live.template,
    revisionHistoryLimit: seed.revisionHistoryLimit,
  });
  const annotations: StringMap = { ...seed.annotations, [REVISION]: String(live.revision) };
  if (live.changeCause) annotations[CHANGE_CAUSE] = live.changeCause;
  const { name, namespace, labels, history } = seed;
  const generation = history.length;
  const meta = newMeta(
    cluster,
    { name, namespace, labels, annotations, generation },
    history[0]?.at.getTime(),
  );
  const some = seed.replicas > 0 ? seed.replicas : undefined;
  const doneMs = live.liveAt.getTime();
  const done = `ReplicaSet "${name}-${podTemplateHash(live.template)}" has successfully progressed.`;
  return {
    metadata: meta,
    spec,
    status: {
      observedGeneration: generation,
      replicas: some,
      updatedReplicas: some,
      readyReplicas: some,
      availableReplicas: some,
      terminatingReplicas: 0,
      conditions: [
        condition(
          "Available",
          "True",
          "MinimumReplicasAvailable",
          "Deployment has minimum availability.",
          doneMs,
        ),
        condition("Progressing", "True", "NewReplicaSetAvailable", done, doneMs),
      ],
    },
  };
}

function replicaSetOf(
  cluster: Cluster,
  seed: SeedDeployment,
  deployment: Deployment,
  release: Release,
  isLive: boolean,
): ReplicaSet {
  const hash = podTemplateHash(release.template);
  const labels = { ...release.template.metadata?.labels, "pod-template-hash": hash };
  const replicas = isLive ? seed.replicas : 0;
  const some = replicas > 0 ? replicas : undefined;
  const most = seed.replicas + rollingLimits(deployment).maxSurge;
  const annotations: StringMap = {
    ...seed.annotations,
    [DESIRED_REPLICAS]: String(seed.replicas),
    [MAX_REPLICAS]: String(most),
    [REVISION]: String(release.revision),
  };
  if (release.changeCause) annotations[CHANGE_CAUSE] = release.changeCause;
  if (release.earlier.length > 0) annotations[REVISION_HISTORY] = release.earlier.join(",");
  const { name } = deployment.metadata;
  return {
    metadata: newMeta(
      cluster,
      {
        name: `${name}-${hash}`,
        namespace: seed.namespace,
        generation: isLive ? 1 : 2,
        labels,
        annotations,
        ownerReferences: ownedByController("Deployment", deployment.metadata),
      },
      release.createdAt.getTime(),
    ),
    spec: {
      replicas,
      selector: { matchLabels: { ...seed.selector, "pod-template-hash": hash } },
      template: { ...release.template, metadata: { ...release.template.metadata, labels } },
    },
    status: {
      replicas,
      fullyLabeledReplicas: some,
      readyReplicas: some,
      availableReplicas: some,
      terminatingReplicas: 0,
      observedGeneration: isLive ? 1 : 2,
    },
  };
}

/**
 * Puts a Deployment with its past into the cluster at once: the last release is live with ready
 * pods, those before it are kept as far as the history limit goes. One of the same name is replaced.
 */
export function seedDeployment(
  cluster: Cluster,
  nextAddress: () => string,
  seed: SeedDeployment,
): void {
  const { store } = cluster;
  const { namespace, name, history } = seed;
  const releases = releasesOf(seed);
  const live = releases.at(-1);
  if (!live) throw new Error(`Deployment ${namespace}/${name} needs at least one release.`);
  ensureNamespace(cluster, namespace, history[0]?.at.getTime());
  const before = store.remove("deployments", namespace, name);
  if (before) {
    for (const one of store.ownedBy(before.metadata.uid, "replicasets")) {
      removeDependents(cluster, one.metadata.uid);
    }
    removeDependents(cluster, before.metadata.uid);
  }
  const liveMs = live.liveAt.getTime();
  const manager = seed.manager ?? "kubectl-client-side-apply";
  const made = deploymentOf(cluster, seed, live);
  const deployment = putAs(cluster, "deployments", made, undefined, manager, liveMs);
  const kept = (deployment.spec.revisionHistoryLimit ?? 10) + 1;
  for (const release of releases.slice(-kept)) {
    const isLive = release === live;
    const set = replicaSetOf(cluster, seed, deployment, release, isLive);
    const madeMs = release.createdAt.getTime();
    const replicaSet = putAs(cluster, "replicasets", set, undefined, CONTROLLER, madeMs);
    for (let i = 0; i < replicaSet.spec.replicas; i += 1) {
      const pod = createPod(cluster, replicaSet, liveMs);
      const status = podStatus(pod, "running", nextAddress(), liveMs);
      const spec = { ...pod.spec, nodeName: "sandbox-node-1" };
      putAs(cluster, "pods", { ...pod, spec, status }, "status", "kubelet", liveMs);
    }
  }
}
