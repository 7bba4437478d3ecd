import type { Caller } from "./access.ts";
import { findResource, isBuiltIn, type Resource } from "./resources.ts";

export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: { accept?: string; contentType?: string; userAgent?: string };
  body: string;
};

/** A request that was found to speak of a resource. */
export type ResourceRequest = ApiRequest & {
  verb: string;
  resource: Resource;
  namespace: string;
  name: string;
  subresource: string;
  caller: Caller;
  /** What the server wants said beside its answer; grows while the request is carried out. */
  warnings: string[];
};

function verbOf(request: ApiRequest, name: string): string {
  switch (request.method) {
    case "GET":
    case "HEAD": {
      if (name !== "") return "get";
      const watch = request.query.get("watch");
      return watch === "true" || watch === "1" ? "watch" : "list";
    }
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return request.method.toLowerCase();
  }
}

/** Whether a path names a group that is built in: of those the server itself says what isn't served. */
export function isInBuiltInGroup(path: string): boolean {
  const [root, group = "", version] = path.split("/").filter((step) => step !== "");
  if (root === "api") return group === "v1";
  return root === "apis" && version !== undefined && isBuiltIn(group);
}

/** Reads resource, namespace, name and verb from a path; nothing when no such resource is served. */
export function parseResourceRequest(
  request: ApiRequest,
  caller: Caller,
): ResourceRequest | undefined {
  const steps = request.path
    .split("/")
    .filter((step) => step !== "")
    .map(decodeURIComponent);
  const isCore = steps[0] === "api";
  if (!isCore && steps[0] !== "apis") return undefined;
  const [group, version, rest] = isCore
    ? ["", steps[1] ?? "", steps.slice(2)]
    : [steps[1] ?? "", steps[2] ?? "", steps.slice(3)];
  let namespace = "";
  let [plural = "", name = "", subresource = ""] = rest;
  const within = rest[2];
  if (
    plural === "namespaces" &&
    within !== undefined &&
    within !== "status" &&
    within !== "finalize"
  ) {
    namespace = name;
    [plural = "", name = "", subresource = ""] = rest.slice(2);
  }
  const resource = findResource(group, version, plural);
  if (!resource || (namespace !== "" && !resource.namespaced)) return undefined;
  if (subresource && !resource.subresources.some((one) => one.name === subresource))
    return undefined;
  const verb = verbOf(request, name);
  return { ...request, verb, resource, namespace, name, subresource, caller, warnings: [] };
}
