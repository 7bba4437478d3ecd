import type { ResourceRequest } from "./api-request.ts";
import type { Deployment, Stored } from "./kube-object.ts";
import { applyMergePatch } from "./merge-patch.ts";
import type { Mutations } from "./mutations.ts";
import { isTree, readObjectBody, readPatchBody } from "./read-body.ts";
import { selectorText } from "./selectors.ts";

/** The Scale of a workload. */
export function scaleOf(object: Stored): Stored {
  const { spec, status } = object as Deployment;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status.replicas ?? 0, selector: selectorText(spec.selector) },
  };
}

/** Reads or writes a workload's Scale; a write changes its `spec.replicas` and nothing else. */
export function answerScale(
  mutations: Mutations,
  request: ResourceRequest,
): Record<string, unknown> {
  const object = mutations.get(request);
  if (request.verb === "get") return scaleOf(object);
  const wanted =
    request.verb === "patch"
      ? applyMergePatch(scaleOf(object), readPatchBody(request.body, false))
      : readObjectBody(request);
  const spec = isTree(wanted) && isTree(wanted.spec) ? wanted.spec : {};
  const meta = isTree(wanted) && isTree(wanted.metadata) ? wanted.metadata : {};
  const after = mutations.patch({
    ...request,
    headers: { ...request.headers, contentType: "application/merge-patch+json" },
    body: JSON.stringify({
      metadata: { resourceVersion: meta.resourceVersion },
      spec: { replicas: spec.replicas ?? 0 },
    }),
  });
  return scaleOf(after);
}
