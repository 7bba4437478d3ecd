import type { Stored } from "./kube-object.ts";
import type { Resource } from "./resources.ts";
import { sameValue } from "./same-value.ts";

/** Whether objects of this resource count the changes of what is wanted. */
export function hasGeneration({ group, plural, custom }: Resource): boolean {
  return (
    group === "apps" ||
    group === "admissionregistration.k8s.io" ||
    plural === "pods" ||
    custom === true
  );
}

/**
 * A Deployment's generation moves with its annotations too, other workloads' with the spec only, and
 * that of a custom resource without a status of its own with its status as well.
 */
export function withGeneration(
  { kind, ...resource }: Resource,
  after: Stored,
  before: Stored,
): Stored {
  if (before.metadata.generation === undefined) return after;
  const isWhole = resource.custom && resource.subresources.length === 0;
  const sameSpec =
    sameValue(after.spec, before.spec) && (!isWhole || sameValue(after.status, before.status));
  const sameNotes = sameValue(after.metadata.annotations ?? {}, before.metadata.annotations ?? {});
  if (sameSpec && (kind !== "Deployment" || sameNotes)) return after;
  return { ...after, metadata: { ...after.metadata, generation: before.metadata.generation + 1 } };
}
