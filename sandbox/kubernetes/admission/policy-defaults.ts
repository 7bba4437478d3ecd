import type { Stored } from "../kube-object.ts";
import type { Binding, MatchResources, Policy } from "./policy.ts";

function matchDefaults(given: MatchResources): MatchResources {
  const scoped = given.resourceRules?.map((rule) => ({ ...rule, scope: rule.scope ?? "*" }));
  const excluded = given.excludeResourceRules?.map((rule) => ({
    ...rule,
    scope: rule.scope ?? "*",
  }));
  return {
    ...given,
    ...(scoped && { resourceRules: scoped }),
    ...(excluded && { excludeResourceRules: excluded }),
    namespaceSelector: given.namespaceSelector ?? {},
    objectSelector: given.objectSelector ?? {},
    matchPolicy: given.matchPolicy ?? "Equivalent",
  };
}

/** Fills in what the server fills in when it decodes a policy. */
export function policyDefaults(given: Stored): Stored {
  const { spec = {} } = given as Policy;
  return {
    ...given,
    spec: {
      ...spec,
      ...(spec.matchConstraints && { matchConstraints: matchDefaults(spec.matchConstraints) }),
      failurePolicy: spec.failurePolicy ?? "Fail",
    },
    status: given.status ?? {},
  };
}

/** Fills in what the server fills in when it decodes a binding. */
export function bindingDefaults(given: Stored): Stored {
  const { spec = {} } = given as Binding;
  const { matchResources } = spec;
  return {
    ...given,
    spec: { ...spec, ...(matchResources && { matchResources: matchDefaults(matchResources) }) },
  };
}
