import { type Cluster, newMeta, putAs } from "./cluster.ts";
import type { ControllerTools } from "./controller-tools.ts";
import { ownedByController } from "./deployment-replicasets.ts";
import { kubeTime, type Pod, type ReplicaSet } from "./kube-object.ts";
import { randomSuffix } from "./pod-template-hash.ts";
import { sameValue } from "./same-value.ts";

const GRACE_SECONDS = 30;

export function isReady(pod: Pod): boolean {
  return readySince(pod) !== undefined;
}

function readySince(pod: Pod): number | undefined {
  const ready = pod.status.conditions?.find((one) => one.type === "Ready");
  return ready?.status === "True" ? Date.parse(ready.lastTransitionTime) : undefined;
}

/** Pods that go first: not ready before ready, young before old. */
function goesFirst(a: Pod, b: Pod): number {
  const ready = Number(isReady(a)) - Number(isReady(b));
  if (ready !== 0) return ready;
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1;
}

/** The ReplicaSet controller: as many pods as the spec wants, and a status that counts them. */
export class ReplicaSetController {
  readonly #cluster: Cluster;
  readonly #events: ControllerTools["events"];
  readonly #requeue: ControllerTools["requeue"];

  constructor({ cluster, events, requeue }: ControllerTools) {
    this.#cluster = cluster;
    this.#events = events;
    this.#requeue = requeue;
  }

  sync(key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    const found = this.#cluster.store.get("replicasets", namespace, name);
    if (!found || found.metadata.deletionTimestamp) return;
    const replicaSet = found as ReplicaSet;
    const pods = this.#podsOf(replicaSet);
    // Counted before pods are made or removed: the change itself brings the next sync.
    const status = this.#count(replicaSet, pods);
    this.#adjust(replicaSet, pods);
    if (!sameValue(status, replicaSet.status)) {
      putAs(this.#cluster, "replicasets", { ...replicaSet, status }, "status");
    }
  }

  #podsOf(replicaSet: ReplicaSet): Pod[] {
    const pods = this.#cluster.store.ownedBy(replicaSet.metadata.uid, "pods") as Pod[];
    return pods.filter(
      (pod) =>
        !pod.metadata.deletionTimestamp &&
        pod.status.phase !== "Succeeded" &&
        pod.status.phase !== "Failed",
    );
  }

  #count(replicaSet: ReplicaSet, pods: Pod[]): ReplicaSet["status"] {
    const ready = pods.filter(isReady);
    const available = ready.filter((pod) => this.#isAvailable(replicaSet, pod));
    return {
      replicas: pods.length,
      fullyLabeledReplicas: pods.length || undefined,
      readyReplicas: ready.length || undefined,
      availableReplicas: available.length || undefined,
      terminatingReplicas: 0,
      observedGeneration: replicaSet.metadata.generation,
    };
  }

  #isAvailable(replicaSet: ReplicaSet, pod: Pod): boolean {
    const seconds = replicaSet.spec.minReadySeconds ?? 0;
    if (seconds === 0) return true;
    const left = (readySince(pod) ?? 0) + seconds * 1_000 - this.#cluster.now();
    if (left <= 0) return true;
    const { namespace, name } = replicaSet.metadata;
    this.#requeue(`replicasets:${namespace}/${name}`, left);
    return false;
  }

  #adjust(replicaSet: ReplicaSet, pods: Pod[]): void {
    const missing = replicaSet.spec.replicas - pods.length;
    for (let i = 0; i < missing; i += 1) {
      const pod = createPod(this.#cluster, replicaSet);
      this.#tell(replicaSet, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    }
    for (const pod of [...pods].sort(goesFirst).slice(0, Math.max(0, -missing))) {
      this.#stop(pod);
      this.#tell(replicaSet, "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
    }
  }

  /** A pod goes at once, or is told to and goes when its containers have ended. */
  #stop(pod: Pod): void {
    const { store, now, podStopMs } = this.#cluster;
    const { namespace = "", name } = pod.metadata;
    if (podStopMs === 0) return void store.remove("pods", namespace, name);
    const metadata = {
      ...pod.metadata,
      deletionTimestamp: kubeTime(now() + GRACE_SECONDS * 1_000),
      deletionGracePeriodSeconds: GRACE_SECONDS,
    };
    store.put("pods", { ...pod, metadata });
  }

  #tell(replicaSet: ReplicaSet, reason: string, message: string): void {
    this.#events.record(
      { plural: "replicasets", object: replicaSet },
      { type: "Normal", reason, message, component: "replicaset-controller" },
    );
  }
}

/** Makes a pod of a ReplicaSet; it waits for its image like any new pod. */
export function createPod(cluster: Cluster, replicaSet: ReplicaSet, at = cluster.now()): Pod {
  const { namespace, name } = replicaSet.metadata;
  const { template } = replicaSet.spec;
  const pod: Pod = {
    metadata: newMeta(
      cluster,
      {
        name: `${name}-${randomSuffix()}`,
        generateName: `${name}-`,
        namespace,
        generation: 1,
        labels: template.metadata?.labels,
        annotations: template.metadata?.annotations,
        ownerReferences: ownedByController("ReplicaSet", replicaSet.metadata),
      },
      at,
    ),
    spec: {
      ...template.spec,
      serviceAccountName: template.spec.serviceAccountName ?? "default",
      serviceAccount: template.spec.serviceAccountName ?? "default",
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
    },
    status: { phase: "Pending", qosClass: "Burstable" },
  };
  return putAs(cluster, "pods", pod);
}
