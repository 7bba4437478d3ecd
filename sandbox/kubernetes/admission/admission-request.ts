import { groupsOf } from "../access.ts";
import type { ResourceRequest } from "../api-request.ts";
import { isDryRun } from "../dry-run.ts";
import type { Stored } from "../kube-object.ts";
import { apiVersionOf, type Resource } from "../resources.ts";
import { scaleOf } from "../scale.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** A write as admission sees it: decoded, completed and validated, not yet stored. */
export type AdmissionRequest = {
  operation: Operation;
  resource: Resource;
  /** Empty for the resource itself. */
  subresource: string;
  namespace: string;
  name: string;
  object: Stored | null;
  oldObject: Stored | null;
  username: string;
  groups: string[];
  dryRun: boolean;
  /** What the client stated as its field manager; empty when it stated none. */
  fieldManager: string;
};

/** What a write makes of an object: made if there was none, deleted if there will be none. */
export type Change = { object: Stored | null; oldObject: Stored | null };

/** A write as admission sees it, from the request that asks for it. */
export function admissionRequest(
  { resource, subresource, namespace, caller, query, ...request }: ResourceRequest,
  { object, oldObject }: Change,
): AdmissionRequest {
  const shown = (one: Stored | null) => (one && subresource === "scale" ? scaleOf(one) : one);
  return {
    operation: !oldObject ? "CREATE" : object ? "UPDATE" : "DELETE",
    resource,
    subresource,
    namespace,
    name: (object ?? oldObject)?.metadata.name ?? request.name,
    object: shown(object),
    oldObject: shown(oldObject),
    username: caller.user,
    groups: groupsOf(caller),
    dryRun: isDryRun({ query }),
    fieldManager: query.get("fieldManager") ?? "",
  };
}

/** The kind of the object a request carries; a Scale is not what it scales. */
export function kindOf({ resource, subresource }: AdmissionRequest) {
  const sub = resource.subresources.find((one) => one.name === subresource);
  const { group, version } = sub?.group === undefined ? resource : sub;
  return { group: group ?? "", version: version ?? "v1", kind: sub?.kind ?? resource.kind };
}

/** An object with its kind and version, as expressions read it. */
export function typed(request: AdmissionRequest, object: Stored | null) {
  if (!object) return null;
  const { group, version, kind } = kindOf(request);
  return { ...object, apiVersion: apiVersionOf({ group, version }), kind };
}
