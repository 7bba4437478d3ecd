import { type Cluster, ensureNamespace, newMeta, putAs } from "./cluster.ts";
import type { Stored, StringMap } from "./kube-object.ts";

export type SeedConfigMap = {
  namespace: string;
  name: string;
  data: StringMap;
  labels?: StringMap;
  /** When it was made and last written; now unless stated. */
  at?: Date;
};
export type SeedSecret = SeedConfigMap;

export type SeedAutoscaler = {
  namespace: string;
  /** Its own name, and that of the Deployment it scales. */
  name: string;
  minReplicas: number;
  maxReplicas: number;
  currentReplicas: number;
};

/** Puts a ConfigMap into the cluster, or its next version. */
export function seedConfigMap(cluster: Cluster, seed: SeedConfigMap): void {
  put(cluster, "configmaps", seed, { data: seed.data });
}

/** Puts a Secret into the cluster, or its next version, from plain values. */
export function seedSecret(cluster: Cluster, seed: SeedSecret): void {
  const data = Object.fromEntries(
    Object.entries(seed.data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
  put(cluster, "secrets", seed, { type: "Opaque", data });
}

/** Puts an autoscaler into the cluster; nothing here scales by it. */
export function seedAutoscaler(cluster: Cluster, seed: SeedAutoscaler): void {
  const { name, minReplicas, maxReplicas, currentReplicas } = seed;
  put(cluster, "horizontalpodautoscalers", seed, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas,
      maxReplicas,
    },
    status: { currentReplicas, desiredReplicas: currentReplicas },
  });
}

function put(
  cluster: Cluster,
  plural: string,
  seed: { namespace: string; name: string; labels?: StringMap; at?: Date },
  content: Omit<Stored, "metadata">,
): void {
  const { namespace, name, labels, at } = seed;
  ensureNamespace(cluster, namespace);
  const before = cluster.store.get(plural, namespace, name);
  const metadata = before
    ? { ...before.metadata, labels }
    : newMeta(cluster, { name, namespace, labels }, at?.getTime());
  // What was made long ago has no trace of a write of today.
  if (at) cluster.store.put(plural, { metadata, ...content });
  else putAs(cluster, plural, { metadata, ...content }, undefined, "sandbox");
}
