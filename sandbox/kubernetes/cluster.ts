import { randomUUID } from "node:crypto";
import { kubeTime, type ObjectMeta, type Stored } from "./kube-object.ts";
import { managedBy } from "./managed-fields.ts";
import { apiVersionOf, storedResource } from "./resources.ts";
import { Store } from "./store.ts";

/** What every part of the emulated control plane shares: the store, the clock, how pods behave. */
export type Cluster = {
  store: Store;
  now: () => number;
  podReadyMs: number;
  /** How long a pod that is to go still runs. */
  podStopMs: number;
};

export const CONTROLLER = "kube-controller-manager";

export function newMeta(
  cluster: Cluster,
  given: Omit<ObjectMeta, "uid" | "resourceVersion" | "creationTimestamp">,
  at = cluster.now(),
): ObjectMeta {
  return { ...given, uid: randomUUID(), resourceVersion: "", creationTimestamp: kubeTime(at) };
}

/** Stores an object as a control plane component writes it, noting what it thereby owns. */
export function putAs<T extends Stored>(
  cluster: Cluster,
  plural: string,
  object: T,
  subresource?: "status",
  manager = CONTROLLER,
  at = cluster.now(),
): T {
  const resource = storedResource(plural);
  const write = {
    manager,
    operation: "Update" as const,
    apiVersion: apiVersionOf(resource),
    time: kubeTime(at),
    subresource,
  };
  const { name, namespace = "" } = object.metadata;
  const before = cluster.store.get(plural, namespace, name);
  return cluster.store.put(plural, managedBy(before, object, write, resource.custom)) as T;
}

const BUILT_IN = ["default", "kube-node-lease", "kube-public", "kube-system"];

export function ensureNamespace(cluster: Cluster, name: string, at = cluster.now()): void {
  if (cluster.store.get("namespaces", "", name)) return;
  cluster.store.put("namespaces", {
    metadata: newMeta(cluster, { name, labels: { "kubernetes.io/metadata.name": name } }, at),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  });
  cluster.store.put("serviceaccounts", {
    metadata: newMeta(cluster, { name: "default", namespace: name }, at),
  });
  cluster.store.put("configmaps", {
    metadata: newMeta(cluster, { name: "kube-root-ca.crt", namespace: name }, at),
    data: { "ca.crt": "" },
  });
}

export function createCluster(options: Omit<Cluster, "store">): Cluster {
  const cluster = { store: new Store(), ...options };
  for (const name of BUILT_IN) ensureNamespace(cluster, name);
  return cluster;
}
