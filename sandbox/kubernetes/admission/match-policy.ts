import type { Stored } from "../kube-object.ts";
import { selectorMatches } from "../selectors.ts";
import type { Store } from "../store.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import type { MatchResources, ResourceRule } from "./policy.ts";

const includes = (list: string[] | undefined, value: string) =>
  (list ?? []).some((one) => one === "*" || one === value);

/** "deployments" is the resource alone, "deployments/scale" the part alone, "*\/*" everything. */
function resourceMatches(pattern: string, { resource, subresource }: AdmissionRequest): boolean {
  const [plural, part = ""] = pattern.split("/");
  return (plural === "*" || plural === resource.plural) && (part === "*" || part === subresource);
}

function ruleMatches(rule: ResourceRule, request: AdmissionRequest): boolean {
  const { resource, operation, name } = request;
  const scope = rule.scope ?? "*";
  const isNamespaced = resource.namespaced ? "Namespaced" : "Cluster";
  return (
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    includes(rule.operations, operation) &&
    (rule.resources ?? []).some((one) => resourceMatches(one, request)) &&
    (scope === "*" || scope === isNamespaced) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function labelsOfNamespace(store: Store, request: AdmissionRequest) {
  const { resource, object, oldObject, namespace } = request;
  if (resource.group === "" && resource.kind === "Namespace") {
    return (object ?? oldObject)?.metadata.labels ?? {};
  }
  // What belongs to no namespace is never left out by a selector of namespaces.
  if (!resource.namespaced) return undefined;
  return store.get("namespaces", "", namespace)?.metadata.labels ?? {};
}

/**
 * Whether a policy's constraints, or a binding's, cover a request. A binding may leave out its rules
 * and then covers every resource.
 */
export function isCovered(
  given: MatchResources | undefined,
  request: AdmissionRequest,
  store: Store,
): boolean {
  if (!given) return true;
  const { resourceRules = [], excludeResourceRules = [] } = given;
  if (resourceRules.length > 0 && !resourceRules.some((one) => ruleMatches(one, request))) {
    return false;
  }
  if (excludeResourceRules.some((one) => ruleMatches(one, request))) return false;
  const { namespaceSelector = {}, objectSelector } = given;
  const labels = labelsOfNamespace(store, request);
  if (labels && !selectorMatches(namespaceSelector, labels)) return false;
  if (!objectSelector || Object.keys(objectSelector).length === 0) return true;
  const matches = (one: Stored | null) =>
    one !== null && selectorMatches(objectSelector, one.metadata.labels ?? {});
  return matches(request.object) || matches(request.oldObject);
}

/** Policies can't be turned against themselves, or nobody could take a wrong one back. */
export function isExempt({ resource }: AdmissionRequest): boolean {
  return resource.group === "admissionregistration.k8s.io";
}
