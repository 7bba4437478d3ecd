import type { Stored } from "../kube-object.ts";
import { type AdmissionRequest, kindOf, typed } from "./admission-request.ts";
import { CelError, celValue } from "./cel.ts";
import { type Check, type CompiledPolicy, compilePolicy } from "./compile-policy.ts";
import type { Policy } from "./policy.ts";
import type { Param } from "./policy-params.ts";

/** Why a policy refuses a request, in its own words; `reason` as the validation states it. */
export type Refusal = { message: string; reason: string };

const MESSAGE_BYTES_MAX = 5 * 1024;

function requestValue(request: AdmissionRequest) {
  const { resource, subresource, username, groups, operation, name, namespace } = request;
  const { group, version, plural } = resource;
  const kind = kindOf(request);
  const plainResource = { group, version, resource: plural };
  return {
    kind,
    resource: plainResource,
    subResource: subresource,
    requestKind: kind,
    requestResource: plainResource,
    requestSubResource: subresource,
    name,
    namespace,
    operation,
    userInfo: { username, uid: "", groups, extra: {} },
    dryRun: request.dryRun,
    options: request.fieldManager ? { fieldManager: request.fieldManager } : {},
  };
}

/** Values of `variables`, each computed when it is first asked for, and then kept. */
function lazily(policy: CompiledPolicy, context: Record<string, unknown>) {
  const variables = {};
  for (const { name, run } of policy.variables) {
    let known: { value: unknown } | undefined;
    Object.defineProperty(variables, name, {
      enumerable: true,
      get: () => {
        known ??= { value: run(context) };
        return known.value;
      },
    });
  }
  return variables;
}

function namespaceValue(namespace: Stored | undefined) {
  if (!namespace) return null;
  const { name, labels, annotations, creationTimestamp, uid } = namespace.metadata;
  const { spec, status } = namespace;
  return celValue({
    metadata: { name, labels, annotations, creationTimestamp, uid },
    spec,
    status,
  });
}

/** A message that may be shown: one line of at most 5 KiB, else the fixed one, else the rule. */
function messageOf(check: Check, context: Record<string, unknown>): string {
  let made: unknown;
  try {
    made = check.tell?.(context);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
  }
  const text = typeof made === "string" ? made.trim() : "";
  const fits = Buffer.byteLength(text) <= MESSAGE_BYTES_MAX && !text.includes("\n");
  if (text && fits) return text;
  return check.message?.trim() || `failed expression: ${check.expression.trim()}`;
}

/** Any condition that is false lets the request pass; an error counts only if none is. */
function conditionsHold(policy: CompiledPolicy, context: Record<string, unknown>): boolean {
  let failed: CelError | undefined;
  for (const { run } of policy.conditions) {
    try {
      if (run(context) !== true) return false;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      failed ??= error;
    }
  }
  if (failed) throw failed;
  return true;
}

/** Expressions see one request; its objects are turned into values once, for all policies. */
export function requestContext(request: AdmissionRequest, namespace: Stored | undefined) {
  return {
    object: celValue(typed(request, request.object)),
    oldObject: celValue(typed(request, request.oldObject)),
    request: requestValue(request),
    namespaceObject: namespaceValue(namespace),
  };
}

/**
 * Evaluates a policy with one parameter object. Answers the refusals, none when all holds. What
 * can't be evaluated refuses too, unless the policy says to ignore that.
 */
export function evaluatePolicy(
  policy: Policy,
  request: Record<string, unknown>,
  param: Param,
): Refusal[] {
  const compiled = compilePolicy(policy).policy;
  const context: Record<string, unknown> = { ...request, params: celValue(param) };
  const broken = (error: unknown): Refusal[] => {
    if (!(error instanceof CelError)) throw error;
    return policy.spec.failurePolicy === "Ignore"
      ? []
      : [{ message: error.message, reason: "Invalid" }];
  };
  try {
    if (!conditionsHold(compiled, context)) return [];
  } catch (error) {
    return broken(error);
  }
  context.variables = lazily(compiled, context);
  return compiled.checks.flatMap((check) => {
    try {
      if (check.run(context) === true) return [];
    } catch (error) {
      return broken(error);
    }
    return [{ message: messageOf(check, context), reason: check.reason ?? "Invalid" }];
  });
}
