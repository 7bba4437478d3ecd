import { type Cluster, putAs } from "./cluster.ts";
import type { EventRecorder } from "./event-recorder.ts";
import { kubeTime, type Pod } from "./kube-object.ts";

/** Milliseconds since the epoch. */
export type Crash = { crashedMs: number; restartedMs: number; exitCode: number; reason: string };

/** Lets the first container of a pod crash and start again, as the kubelet reports it. */
export function restartContainer(
  cluster: Cluster,
  events: EventRecorder,
  pod: Pod,
  { crashedMs, restartedMs, exitCode, reason }: Crash,
): void {
  const [first, ...others] = pod.status.containerStatuses ?? [];
  const startedAt = first?.state.running?.startedAt;
  if (!first || !startedAt) return;
  const terminated = {
    ...{ exitCode, reason, startedAt, finishedAt: kubeTime(crashedMs) },
    containerID: first.imageID,
  };
  const restarted = {
    ...first,
    state: { running: { startedAt: kubeTime(restartedMs) } },
    lastState: { terminated },
    restartCount: first.restartCount + 1,
  };
  const status = { ...pod.status, containerStatuses: [restarted, ...others] };
  const after = putAs(cluster, "pods", { ...pod, status }, "status", "kubelet", restartedMs);
  const { name, namespace, uid } = pod.metadata;
  const message = `Back-off restarting failed container ${first.name} in pod ${name}_${namespace}(${uid})`;
  events.record(
    { plural: "pods", object: after },
    { type: "Warning", reason: "BackOff", message, component: "kubelet" },
  );
}
