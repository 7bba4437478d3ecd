import * as z from "zod";
import type {
  ObservedDeployment,
  ObservedRevision,
  PodTemplate,
  Rollout,
} from "@/lib/integrations/deploy-source";
import { lastWriter, lastWriterOfAll } from "./kubernetes-managed-fields";
import type { Deployment, ReplicaSet } from "./kubernetes-objects";
import { hashTemplate, withoutHashLabel } from "./kubernetes-template";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const CHANGE_CAUSE = "kubernetes.io/change-cause";
/** Carries the id of the Restoration that patched a Deployment. */
export const RESTORATION = "known-good.dev/restoration";

const TEMPLATE = ["spec", "template"];
const Containers = z.array(z.object({ name: z.string(), image: z.string().default("") }));

/** A Deployment and its ReplicaSets (any order, others' are left out) in our own words. */
export function observe(deployment: Deployment, replicaSets: ReplicaSet[]): ObservedDeployment {
  const { metadata, spec } = deployment;
  const annotations = metadata.annotations ?? {};
  const templateHash = hashTemplate(spec.template);
  const revisions = replicaSets
    .filter((one) => ownerUid(one) === metadata.uid)
    .flatMap((one) => revisionOf(one) ?? [])
    .sort((a, b) => a.revision - b.revision);
  // A reused ReplicaSet keeps its old number until the controller renumbers it and then the Deployment.
  const numbered = revisions.findLast((one) => one.templateHash === templateHash);
  const isNumbered = numbered && String(numbered.revision) === annotations[REVISION];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels,
    annotations,
    paused: spec.paused,
    revisionHistoryLimit: spec.revisionHistoryLimit,
    template: spec.template,
    templateHash,
    revision: isNumbered ? numbered.revision : null,
    revisions,
    rollout: rolloutOf(deployment),
    restorationId: annotations[RESTORATION] ?? null,
    writtenBy:
      lastWriter(metadata.managedFields, TEMPLATE) ?? lastWriterOfAll(metadata.managedFields),
  };
}

/** The uid of the controller that owns it, or null. */
export function ownerUid(replicaSet: ReplicaSet): string | null {
  const owner = replicaSet.metadata.ownerReferences.find((one) => one.controller);
  return owner?.kind === "Deployment" ? owner.uid : null;
}

function revisionOf(replicaSet: ReplicaSet): ObservedRevision | null {
  const { metadata, spec, status } = replicaSet;
  const annotations = metadata.annotations ?? {};
  const revision = Number(annotations[REVISION]);
  if (!Number.isInteger(revision) || revision <= 0) return null;
  const template = withoutHashLabel(spec.template);
  return {
    revision,
    replicaSet: metadata.name,
    template,
    templateHash: hashTemplate(template),
    changeCause: annotations[CHANGE_CAUSE] ?? null,
    annotations,
    createdAt: new Date(metadata.creationTimestamp).toISOString(),
    earlierRevisions: (annotations[REVISION_HISTORY] ?? "")
      .split(",")
      .map(Number)
      .filter((one) => Number.isInteger(one) && one > 0),
    images: imagesOf(template),
    readyReplicas: status.readyReplicas,
  };
}

/** Every container's image, init containers last; a digest when the image names one. */
export function imagesOf(template: PodTemplate): ObservedRevision["images"] {
  const listed = [template.spec.containers, template.spec.initContainers].flatMap((list) => {
    const parsed = Containers.safeParse(list ?? []);
    return parsed.success ? parsed.data : [];
  });
  return listed.map(({ name, image }) => ({
    container: name,
    image,
    digest: /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null,
  }));
}

/** How far the live template is, by the conditions that Kubernetes documents. */
export function rolloutOf({ metadata, spec, status }: Deployment): Rollout {
  const progressing = status.conditions.find((one) => one.type === "Progressing");
  const failure = status.conditions.find(
    (one) => one.type === "ReplicaFailure" && one.status === "True",
  );
  const desired = spec.replicas;
  const seen = status.observedGeneration >= (metadata.generation ?? 0);
  const updated = status.updatedReplicas;
  const available = status.availableReplicas;
  const counts = `${Math.min(updated, available)} of ${desired} ${desired === 1 ? "pod" : "pods"}`;
  const answer = (state: Rollout["state"], sentence: string): Rollout => ({
    state,
    sentence,
    desired,
    updated,
    available,
    updatedAt: progressing?.lastUpdateTime
      ? new Date(progressing.lastUpdateTime).toISOString()
      : null,
  });
  if (spec.paused) return answer("paused", "Paused: nothing rolls until it is resumed.");
  if (!seen) return answer("rolling", "Waiting for the Deployment controller.");
  if (progressing?.status === "False" && progressing.reason === "ProgressDeadlineExceeded") {
    const why = failure?.message || progressing.message;
    return answer("stuck", `Stuck at ${counts}: ${why || "the progress deadline has passed."}`);
  }
  // Without a progress deadline there is no Progressing condition; then the counts decide.
  const settled = !progressing || progressing.reason === "NewReplicaSetAvailable";
  const arrived = updated === desired && available === desired && status.replicas === desired;
  if (settled && arrived) return answer("complete", counts);
  return answer("rolling", failure ? `${counts}; ${failure.message}` : counts);
}
