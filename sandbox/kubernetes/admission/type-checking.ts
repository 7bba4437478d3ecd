import { type Cluster, putAs } from "../cluster.ts";
import type { Stored } from "../kube-object.ts";
import { sameValue } from "../same-value.ts";
import { syntaxTree } from "./cel.ts";
import { compilePolicy, namesIn } from "./compile-policy.ts";
import { POLICIES, type Policy } from "./policy.ts";

type Warning = { fieldRef: string; warning: string };
type Fields = { [name: string]: Fields | true };

const template: Fields = { metadata: true, spec: true };

/** Fields of the one kind whose description is at hand; below `true` everything is taken as it is. */
const DEPLOYMENT: Fields = {
  apiVersion: true,
  kind: true,
  metadata: true,
  status: true,
  spec: {
    minReadySeconds: true,
    paused: true,
    progressDeadlineSeconds: true,
    replicas: true,
    revisionHistoryLimit: true,
    selector: { matchExpressions: true, matchLabels: true },
    strategy: { rollingUpdate: true, type: true },
    template,
  },
};

type Node = { op: string; args: unknown; pos: number };
type Unknown = { name: string; column: number };

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

/** What is known of the value a node stands for; fields that don't exist are noted on the way. */
function fieldsAt(node: unknown, unknown: Unknown[]): Fields | true {
  if (!isNode(node)) return true;
  if (node.op === "id") return /^(object|oldObject)$/.test(String(node.args)) ? DEPLOYMENT : true;
  const parts: unknown[] = Array.isArray(node.args) ? node.args : [node.args];
  if (node.op === ".") {
    const known = fieldsAt(parts[0], unknown);
    const name = String(parts[1]);
    if (known === true) return true;
    const field = known[name];
    if (field === undefined) unknown.push({ name, column: node.pos });
    return field ?? true;
  }
  for (const part of parts.flat(2)) fieldsAt(part, unknown);
  return true;
}

function expressionsOf({ spec }: Policy): [field: string, expression: string][] {
  const { matchConditions = [], variables = [], validations = [] } = spec;
  return [
    ...matchConditions.map((one, i): [string, string] => [
      `spec.matchConditions[${i}].expression`,
      one.expression,
    ]),
    ...variables.map((one, i): [string, string] => [
      `spec.variables[${i}].expression`,
      one.expression,
    ]),
    ...validations.flatMap((one, i): [string, string][] => [
      [`spec.validations[${i}].expression`, one.expression],
      ...(one.messageExpression
        ? [[`spec.validations[${i}].messageExpression`, one.messageExpression] as [string, string]]
        : []),
    ]),
  ];
}

const names = (list: string[] | undefined, one: string) => list?.length === 1 && list[0] === one;

/** Mistakes in a policy's expressions that only show against the fields of the kind it is for. */
export function typeWarnings(policy: Policy): Warning[] {
  const { problems } = compilePolicy(policy);
  const broken: Warning[] = problems.map(({ field, why }) => ({ fieldRef: field, warning: why }));
  const rules = policy.spec.matchConstraints?.resourceRules ?? [];
  const isAboutDeployments = rules.every(
    (rule) => names(rule.apiGroups, "apps") && names(rule.resources, "deployments"),
  );
  if (!isAboutDeployments || broken.length > 0) return broken;
  return expressionsOf(policy).flatMap(([fieldRef, expression]) => {
    const unknown: Unknown[] = [];
    const isCondition = fieldRef.startsWith("spec.matchConditions");
    fieldsAt(syntaxTree(expression, namesIn(policy, isCondition)), unknown);
    return unknown.map(({ name, column }) => {
      const where = `ERROR: <input>:1:${column}: undefined field '${name}'`;
      const arrow = `${".".repeat(Math.max(0, column - 1))}^`;
      const warning = `apps/v1, Kind=Deployment: ${where}\n | ${expression}\n | ${arrow}`;
      return { fieldRef, warning };
    });
  });
}

/** Notes in a policy's status what its expressions get wrong, once for each generation. */
export function noteTypeChecking(cluster: Cluster, name: string): void {
  const policy = cluster.store.get(POLICIES, "", name) as Policy | undefined;
  if (!policy) return;
  const expressionWarnings = typeWarnings(policy);
  const status: Stored["status"] = {
    observedGeneration: policy.metadata.generation,
    typeChecking: expressionWarnings.length > 0 ? { expressionWarnings } : {},
  };
  if (sameValue(status, policy.status)) return;
  putAs(cluster, POLICIES, { ...policy, status }, "status");
}
