import { noteTypeChecking } from "./admission/type-checking.ts";
import type { Cluster } from "./cluster.ts";
import { DeploymentController } from "./deployment-controller.ts";
import { EventRecorder } from "./event-recorder.ts";
import { finishNamespace, removeDependents } from "./garbage-collector.ts";
import { PodLifecycle } from "./pod-lifecycle.ts";
import { ReplicaSetController } from "./replicaset-controller.ts";
import type { StoreEvent } from "./store.ts";
import { WorkQueue } from "./work-queue.ts";

export type ControlPlane = {
  nextAddress: () => string;
  events: EventRecorder;
  stop: () => void;
};

/** Starts all controllers: each change in the store wakes those it concerns. */
export function startControlPlane(cluster: Cluster): ControlPlane {
  const queue = new WorkQueue((key) => {
    const plural = key.slice(0, key.indexOf(":"));
    const name = key.slice(plural.length + 1);
    if (plural === "deployments") deployments.sync(name);
    else if (plural === "replicasets") replicaSets.sync(name);
    else if (plural === "pods") pods.sync(name);
    else if (plural === "owners") removeDependents(cluster, name);
    else if (plural === "validatingadmissionpolicies") noteTypeChecking(cluster, name);
    else if (plural === "namespaces") {
      const namespace = cluster.store.get("namespaces", "", name);
      if (namespace) finishNamespace(cluster, namespace);
    }
  });
  const requeue = (key: string, delayMs: number) => queue.addAfter(key, delayMs);
  const events = new EventRecorder(cluster);
  const deployments = new DeploymentController({ cluster, events, requeue });
  const replicaSets = new ReplicaSetController({ cluster, events, requeue });
  const pods = new PodLifecycle(cluster, events, requeue);

  const unsubscribe = cluster.store.subscribe((event) => {
    for (const key of concerned(event)) queue.add(key);
  });
  return {
    nextAddress: () => pods.nextAddress(),
    events,
    stop: () => {
      unsubscribe();
      queue.stop();
    },
  };
}

/** The work a change asks for, as "resource:namespace/name". */
function concerned({ type, plural, object }: StoreEvent): string[] {
  const { namespace = "", name, uid, ownerReferences, deletionTimestamp } = object.metadata;
  const controller = ownerReferences?.find((owner) => owner.controller);
  switch (plural) {
    case "deployments":
      return type === "DELETED" ? [`owners:${uid}`] : [`deployments:${namespace}/${name}`];
    case "replicasets": {
      const own = type === "DELETED" ? `owners:${uid}` : `replicasets:${namespace}/${name}`;
      return controller ? [own, `deployments:${namespace}/${controller.name}`] : [own];
    }
    case "pods": {
      const own = `pods:${namespace}/${name}`;
      return controller ? [own, `replicasets:${namespace}/${controller.name}`] : [own];
    }
    case "namespaces":
      return deletionTimestamp && type !== "DELETED" ? [`namespaces:${name}`] : [];
    case "validatingadmissionpolicies":
      return type === "DELETED" ? [] : [`${plural}:${name}`];
    default:
      return [];
  }
}
