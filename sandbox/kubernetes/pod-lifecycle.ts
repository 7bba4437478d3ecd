import { type Cluster, putAs } from "./cluster.ts";
import type { EventRecorder } from "./event-recorder.ts";
import {
  type Condition,
  type Container,
  type ContainerStatus,
  kubeTime,
  type Pod,
  type Stored,
} from "./kube-object.ts";
import { type MissingConfiguration, missingConfiguration } from "./pod-configuration.ts";
import { sameValue } from "./same-value.ts";

const NODE = "sandbox-node-1";
/** How soon a pod that lacks something looks for it again. */
const LOOK_AGAIN_MS = 1_000;

/** Images tagged `bad`, or `bad-…`, can't be pulled. */
export function isBadImage(image: string): boolean {
  return /:bad(-[^:/]*)?$/.test(image);
}

function podCondition(
  type: string,
  status: Condition["status"],
  time: string,
  reason?: string,
): Condition {
  const one: Condition = { type, status, lastProbeTime: null, lastTransitionTime: time };
  if (reason) one.reason = reason;
  return one;
}

function containerStatus(container: Container, state: ContainerStatus["state"]): ContainerStatus {
  const running = state.running !== undefined;
  return {
    name: container.name,
    state,
    lastState: {},
    ready: running,
    restartCount: 0,
    image: container.image,
    imageID: "",
    started: running,
  };
}

type Stage = "starting" | "running" | "stuck";

function stateOf(
  stage: Stage,
  container: Container,
  time: string,
  missing?: MissingConfiguration,
): ContainerStatus["state"] {
  if (missing?.container === container.name) {
    return { waiting: { reason: "CreateContainerConfigError", message: missing.message } };
  }
  if (stage === "stuck" && isBadImage(container.image)) {
    const message = `Back-off pulling image "${container.image}"`;
    return { waiting: { reason: "ImagePullBackOff", message } };
  }
  if (stage === "starting") return { waiting: { reason: "ContainerCreating" } };
  return { running: { startedAt: time } };
}

/** A pod's status at a stage of its start, as a kubelet reports it. */
export function podStatus(
  pod: Pod,
  stage: Stage,
  podIP: string,
  atMs: number,
  missing?: MissingConfiguration,
): Pod["status"] {
  const time = kubeTime(atMs);
  const since = pod.metadata.creationTimestamp;
  const ready = stage === "running";
  const readiness = (type: string) =>
    ready
      ? podCondition(type, "True", time)
      : podCondition(type, "False", since, "ContainersNotReady");
  return {
    phase: ready ? "Running" : "Pending",
    conditions: [
      podCondition("PodScheduled", "True", since),
      podCondition("PodReadyToStartContainers", "True", since),
      podCondition("Initialized", "True", since),
      readiness("ContainersReady"),
      readiness("Ready"),
    ],
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: since,
    containerStatuses: pod.spec.containers.map((one) =>
      containerStatus(one, stateOf(stage, one, time, missing)),
    ),
    qosClass: "Burstable",
  };
}

/** Plays scheduler and kubelet: places pods at once and lets them become ready after a while. */
export class PodLifecycle {
  readonly #cluster: Cluster;
  readonly #events: EventRecorder;
  readonly #requeue: (key: string, delayMs: number) => void;
  /** When each starting pod is through, on the machine's clock, by "namespace/name". */
  readonly #startedAt = new Map<string, number>();
  readonly #endsAt = new Map<string, number>();
  #addresses = 1;

  constructor(
    cluster: Cluster,
    events: EventRecorder,
    requeue: (key: string, delayMs: number) => void,
  ) {
    this.#cluster = cluster;
    this.#events = events;
    this.#requeue = requeue;
  }

  /** The next free address of the pod network. */
  nextAddress(): string {
    this.#addresses += 1;
    return `10.244.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
  }

  sync(key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    const found = this.#cluster.store.get("pods", namespace, name);
    if (!found || found.metadata.deletionTimestamp) {
      this.#startedAt.delete(key);
      if (found) this.#end(found, key);
      return;
    }
    const pod = found as Pod;
    if (!pod.spec.nodeName) this.#place(pod, key);
    else if (pod.status.phase === "Pending") this.#start(pod, key);
  }

  /** A pod that was told to go is gone once its containers have ended. */
  #end({ metadata }: Stored, key: string): void {
    const { store, podStopMs } = this.#cluster;
    const endsAt = this.#endsAt.get(key) ?? performance.now() + podStopMs;
    this.#endsAt.set(key, endsAt);
    const leftMs = endsAt - performance.now();
    if (leftMs > 0) {
      this.#requeue(`pods:${key}`, leftMs);
      return;
    }
    this.#endsAt.delete(key);
    store.remove("pods", metadata.namespace ?? "", metadata.name);
  }

  #place(pod: Pod, key: string): void {
    const placed: Pod = { ...pod, spec: { ...pod.spec, nodeName: NODE } };
    const status = podStatus(pod, "starting", this.nextAddress(), this.#cluster.now());
    putAs(this.#cluster, "pods", { ...placed, status }, "status", "kubelet");
    this.#startedAt.set(key, performance.now() + this.#cluster.podReadyMs);
    this.#requeue(`pods:${key}`, this.#cluster.podReadyMs);
  }

  /** A pod without what it needs stays as it is, says why, and looks again. */
  #wait(pod: Pod, key: string, missing: MissingConfiguration): void {
    const address = pod.status.podIP ?? this.nextAddress();
    const status = podStatus(pod, "starting", address, this.#cluster.now(), missing);
    this.#startedAt.set(key, performance.now() + LOOK_AGAIN_MS);
    this.#requeue(`pods:${key}`, LOOK_AGAIN_MS);
    if (sameValue(status, pod.status)) return;
    const after = putAs(this.#cluster, "pods", { ...pod, status }, "status", "kubelet");
    const [reason, message] =
      missing.container === null
        ? ["FailedMount", missing.message]
        : ["Failed", `Error: ${missing.message}`];
    this.#events.record(
      { plural: "pods", object: after },
      { type: "Warning", reason, message, component: "kubelet" },
    );
  }

  #start(pod: Pod, key: string): void {
    const startedAt = this.#startedAt.get(key);
    if (startedAt === undefined) return;
    const leftMs = startedAt - performance.now();
    // Other changes wake this up as well; only time makes a pod ready.
    if (leftMs > 0) {
      this.#requeue(`pods:${key}`, leftMs);
      return;
    }
    this.#startedAt.delete(key);
    const missing = missingConfiguration(this.#cluster.store, pod);
    if (missing) {
      this.#wait(pod, key, missing);
      return;
    }
    const bad = pod.spec.containers.find((one) => isBadImage(one.image));
    const stage = bad ? "stuck" : "running";
    const address = pod.status.podIP ?? this.nextAddress();
    const status = podStatus(pod, stage, address, this.#cluster.now());
    const after = putAs(this.#cluster, "pods", { ...pod, status }, "status", "kubelet");
    if (!bad) return;
    for (const [reason, message] of [
      ["Failed", `Failed to pull image "${bad.image}": not found`],
      ["BackOff", `Back-off pulling image "${bad.image}"`],
    ] as const) {
      this.#events.record(
        { plural: "pods", object: after },
        { type: "Warning", reason, message, component: "kubelet" },
      );
    }
  }
}
