import type { Cluster } from "./cluster.ts";
import type { Stored } from "./kube-object.ts";
import { RESOURCES } from "./resources.ts";

const DEPENDENTS = ["replicasets", "pods"];

/** Removes what a deleted owner leaves behind, one level at a time. */
export function removeDependents(cluster: Cluster, ownerUid: string): void {
  for (const plural of DEPENDENTS) {
    for (const { metadata } of cluster.store.ownedBy(ownerUid, plural)) {
      const owners = metadata.ownerReferences ?? [];
      if (owners.some((owner) => owner.uid !== ownerUid)) continue;
      cluster.store.remove(plural, metadata.namespace ?? "", metadata.name);
    }
  }
}

/** Cuts the tie to an owner that is deleted without its dependents. */
export function orphanDependents(cluster: Cluster, ownerUid: string): void {
  for (const plural of DEPENDENTS) {
    for (const object of cluster.store.ownedBy(ownerUid, plural)) {
      const kept = object.metadata.ownerReferences?.filter((owner) => owner.uid !== ownerUid);
      cluster.store.put(plural, {
        ...object,
        metadata: { ...object.metadata, ownerReferences: kept?.length ? kept : undefined },
      });
    }
  }
}

/** Empties a namespace that is being deleted, then lets it go. */
export function finishNamespace(cluster: Cluster, namespace: Stored): void {
  const { name } = namespace.metadata;
  const plurals = new Set(RESOURCES.filter((one) => one.namespaced).map((one) => one.plural));
  for (const plural of plurals) {
    for (const object of [...cluster.store.list(plural, name)]) {
      cluster.store.remove(plural, name, object.metadata.name);
    }
  }
  cluster.store.remove("namespaces", "", name);
}
