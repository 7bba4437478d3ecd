import type { Stored } from "../kube-object.ts";
import type { FieldProblem } from "../status-error.ts";
import { compilePolicy } from "./compile-policy.ts";
import type { Binding, MatchResources, Policy, ResourceRule } from "./policy.ts";

const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const ACTIONS = ["Audit", "Deny", "Warn"];

function required(field: string, more = ""): FieldProblem {
  const message = more ? `Required value: ${more}` : "Required value";
  return { field, reason: "FieldValueRequired", message };
}

function unsupported(field: string, value: unknown, supported: string[]): FieldProblem {
  const list = supported.map((one) => `"${one}"`).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { field, reason: "FieldValueNotSupported", message };
}

function wrong(field: string, value: unknown, why: string): FieldProblem {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return { field, reason: "FieldValueInvalid", message };
}

function ruleProblems(rule: ResourceRule, at: string): FieldProblem[] {
  const lists = ["apiGroups", "apiVersions", "resources", "operations"] as const;
  return [
    ...lists.filter((one) => !rule[one]?.length).map((one) => required(`${at}.${one}`)),
    ...(rule.operations ?? [])
      .filter((one) => !OPERATIONS.includes(one))
      .map((one) => unsupported(`${at}.operations`, one, OPERATIONS)),
  ];
}

function matchProblems(given: MatchResources, at: string): FieldProblem[] {
  return (["resourceRules", "excludeResourceRules"] as const).flatMap((list) =>
    (given[list] ?? []).flatMap((rule, i) => ruleProblems(rule, `${at}.${list}[${i}]`)),
  );
}

/** What is wrong with a policy. Expressions that don't compile are refused, as the real server does. */
export function policyProblems(given: Stored): FieldProblem[] {
  const policy = given as Policy;
  const { matchConstraints, validations, auditAnnotations, failurePolicy = "" } = policy.spec;
  const problems: FieldProblem[] = [];
  if (!["Fail", "Ignore"].includes(failurePolicy)) {
    problems.push(unsupported("spec.failurePolicy", failurePolicy, ["Fail", "Ignore"]));
  }
  if (!matchConstraints?.resourceRules?.length) {
    problems.push(required("spec.matchConstraints.resourceRules"));
  }
  if (matchConstraints) problems.push(...matchProblems(matchConstraints, "spec.matchConstraints"));
  if (!validations?.length && !auditAnnotations?.length) {
    const why = "validations or auditAnnotations must be non-empty";
    problems.push(required("spec.validations", why));
  }
  for (const [i, one] of (validations ?? []).entries()) {
    if (!one.expression?.trim()) {
      problems.push(required(`spec.validations[${i}].expression`, "expression is not specified"));
    }
  }
  if (problems.length > 0) return problems;
  return compilePolicy(policy).problems.map(({ field, expression, why }) =>
    wrong(field, expression, why),
  );
}

/** What is wrong with a binding. */
export function bindingProblems(given: Stored): FieldProblem[] {
  const { policyName, paramRef, matchResources, validationActions } = (given as Binding).spec;
  const problems: FieldProblem[] = [];
  if (!policyName) problems.push(required("spec.policyName"));
  if (paramRef) {
    if (Boolean(paramRef.name) === Boolean(paramRef.selector)) {
      const why = "one of name or selector must be specified";
      problems.push(required("spec.paramRef.name", why));
    }
    const action = paramRef.parameterNotFoundAction;
    if (!action) problems.push(required("spec.paramRef.parameterNotFoundAction"));
    else if (!["Allow", "Deny"].includes(action)) {
      const at = "spec.paramRef.parameterNotFoundAction";
      problems.push(unsupported(at, action, ["Allow", "Deny"]));
    }
  }
  if (matchResources) problems.push(...matchProblems(matchResources, "spec.matchResources"));
  if (!validationActions?.length) problems.push(required("spec.validationActions"));
  for (const one of validationActions ?? []) {
    if (!ACTIONS.includes(one)) {
      problems.push(unsupported("spec.validationActions", one, ACTIONS));
    }
  }
  if (validationActions?.includes("Deny") && validationActions.includes("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    problems.push(wrong("spec.validationActions", validationActions, why));
  }
  return problems;
}
