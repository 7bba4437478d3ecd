import type { Deployment, ReplicaSet, Stored } from "./kube-object.ts";
import { REVISION, REVISION_HISTORY } from "./revision-annotations.ts";

/** What a rollout does to an object, in one line: figures only, so that two clusters compare. */
export function traceLine(object: Stored, first: Stored): string {
  const { annotations = {}, generation = 0 } = object.metadata;
  const moved = generation - (first.metadata.generation ?? 0);
  const { spec, status } = object as Deployment | ReplicaSet;
  const behind = generation - (status.observedGeneration ?? 0);
  const counts = [spec.replicas, status.replicas, status.readyReplicas, status.availableReplicas];
  const line = `revision ${annotations[REVISION]}(${annotations[REVISION_HISTORY] ?? ""}) generation +${moved} behind ${behind} pods ${counts.map((one) => one ?? 0).join("/")}`;
  if (!("strategy" in spec)) return line;
  const deployment = status as Deployment["status"];
  const reason = deployment.conditions?.find((one) => one.type === "Progressing")?.reason;
  return `${line} updated ${deployment.updatedReplicas ?? 0} missing ${deployment.unavailableReplicas ?? 0} ${reason}`;
}

/** The lines of each object in the order they were seen; repeats that change no figure are left out. */
export function traceOf(objects: readonly Stored[]): Record<string, string[]> {
  const firsts = new Map<string, Stored>();
  const lines: Record<string, string[]> = {};
  for (const object of objects) {
    const { uid, name } = object.metadata;
    const first = firsts.get(uid) ?? object;
    firsts.set(uid, first);
    const line = traceLine(object, first);
    const known = lines[name] ?? [];
    if (known.at(-1) !== line) lines[name] = [...known, line];
  }
  return lines;
}
