import { qualifiedName } from "../resources.ts";
import { StatusError } from "../status-error.ts";
import type { Store } from "../store.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import { evaluatePolicy, type Refusal, requestContext } from "./evaluate-policy.ts";
import { isCovered, isExempt } from "./match-policy.ts";
import { BINDINGS, type Binding, POLICIES, type Policy } from "./policy.ts";
import { ConfigurationError, paramsOf } from "./policy-params.ts";

const CODES: Record<string, number> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
};

/** The answer to a refused write, as the real server words and counts it. */
function denied(request: AdmissionRequest, { message, reason }: Refusal): StatusError {
  const { resource, name } = request;
  return new StatusError(
    CODES[reason] ?? 422,
    reason,
    `${qualifiedName(resource)} "${name}" is forbidden: ${message}`,
    {
      name: name || undefined,
      group: resource.group || undefined,
      kind: resource.plural,
      causes: [{ message }],
    },
  );
}

function refusalsOf(
  policy: Policy,
  binding: Binding,
  request: AdmissionRequest,
  store: Store,
  context: Record<string, unknown>,
): Refusal[] {
  try {
    const params = paramsOf(policy, binding, request, store);
    return params.flatMap((param) => evaluatePolicy(policy, context, param));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (policy.spec.failurePolicy === "Ignore") return [];
    return [{ message: `failed to configure binding: ${error.message}`, reason: "Invalid" }];
  }
}

/**
 * Holds a write against every admission policy that a binding puts in force. Throws the refusal of
 * the first one that denies; answers the warnings of those that only warn.
 */
export function admit(request: AdmissionRequest, store: Store): string[] {
  const bindings = store.list(BINDINGS) as readonly Binding[];
  if (bindings.length === 0 || isExempt(request)) return [];
  const warnings: string[] = [];
  let context: Record<string, unknown> | undefined;
  for (const binding of bindings) {
    const policy = store.get(POLICIES, "", binding.spec.policyName ?? "") as Policy | undefined;
    if (!policy || !isCovered(policy.spec.matchConstraints, request, store)) continue;
    if (!isCovered(binding.spec.matchResources, request, store)) continue;
    context ??= requestContext(request, store.get("namespaces", "", request.namespace));
    const names = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
    const actions = binding.spec.validationActions ?? [];
    for (const refusal of refusalsOf(policy, binding, request, store, context)) {
      if (actions.includes("Deny")) {
        throw denied(request, {
          ...refusal,
          message: `${names} denied request: ${refusal.message}`,
        });
      }
      if (actions.includes("Warn")) {
        warnings.push(`Validation failed for ${names}: ${refusal.message}`);
      }
    }
  }
  return warnings;
}
