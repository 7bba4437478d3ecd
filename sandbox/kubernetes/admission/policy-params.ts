import type { Stored } from "../kube-object.ts";
import { apiVersionOf, RESOURCES, type Resource } from "../resources.ts";
import { selectorMatches } from "../selectors.ts";
import type { Store } from "../store.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import type { Binding, Policy } from "./policy.ts";

/** A policy or binding that can't work as it is written; the policy's failurePolicy decides then. */
export class ConfigurationError extends Error {}

export type Param = Record<string, unknown> | null;

function typedParam(resource: Resource, object: Stored): Param {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
}

/**
 * The parameter objects a binding's policy is evaluated with, once for each. `null` stands for a
 * policy without parameters. None means that there is nothing to evaluate.
 */
export function paramsOf(
  policy: Policy,
  binding: Binding,
  request: AdmissionRequest,
  store: Store,
): Param[] {
  const { paramKind } = policy.spec;
  const { paramRef } = binding.spec;
  if (!paramKind || !paramRef) return [null];
  const resource = RESOURCES.find(
    (one) => one.kind === paramKind.kind && apiVersionOf(one) === paramKind.apiVersion,
  );
  if (!resource) {
    throw new ConfigurationError(
      `failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`,
    );
  }
  if (!resource.namespaced && paramRef.namespace) {
    throw new ConfigurationError(
      "paramRef.namespace must not be provided for a cluster-scoped `paramKind`",
    );
  }
  const namespace = resource.namespaced ? paramRef.namespace || request.namespace : "";
  if (resource.namespaced && namespace === "") {
    throw new ConfigurationError(
      "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources",
    );
  }
  const found = select(store, resource, namespace, paramRef);
  if (found.length === 0 && paramRef.parameterNotFoundAction === "Deny") {
    throw new ConfigurationError(
      "no params found for policy binding with `Deny` parameterNotFoundAction",
    );
  }
  return found.map((one) => typedParam(resource, one));
}

function select(
  store: Store,
  { plural }: Resource,
  namespace: string,
  { name, selector }: NonNullable<Binding["spec"]["paramRef"]>,
): readonly Stored[] {
  if (name) {
    const one = store.get(plural, namespace, name);
    return one ? [one] : [];
  }
  return store
    .list(plural, namespace)
    .filter((one) => selectorMatches(selector ?? {}, one.metadata.labels ?? {}));
}
