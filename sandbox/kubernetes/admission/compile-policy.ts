import { CelError, compile, type Program, type ResultType } from "./cel.ts";
import type { Policy, Validation } from "./policy.ts";

export type Check = Validation & { run: Program; tell: Program | undefined };

export type CompiledPolicy = {
  conditions: { name: string; run: Program }[];
  variables: { name: string; run: Program }[];
  checks: Check[];
  audits: Program[];
};

export type CompileProblem = { field: string; expression: string; why: string };
export type Compiled = { policy: CompiledPolicy; problems: CompileProblem[] };

const compiled = new WeakMap<object, Compiled>();

/** The variables an expression of the policy may name beside those that all have. */
export function namesIn({ spec }: Policy, isCondition = false): string[] {
  return [...(spec.paramKind ? ["params"] : []), ...(isCondition ? [] : ["variables"])];
}

function build(policy: Policy): Compiled {
  const {
    matchConditions = [],
    variables = [],
    validations = [],
    auditAnnotations = [],
  } = policy.spec;
  const problems: CompileProblem[] = [];
  const read = (expression: string, field: string, wanted: ResultType): Program => {
    try {
      const names = namesIn(policy, field.startsWith("spec.matchConditions"));
      return compile(expression, names, wanted);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      problems.push({ field, expression, why: error.message });
      return () => {
        throw new CelError(`compilation error: ${error.message}`);
      };
    }
  };
  const at = (list: string, index: number, field: string) => `spec.${list}[${index}].${field}`;
  return {
    problems,
    policy: {
      conditions: matchConditions.map(({ name, expression }, i) => ({
        name,
        run: read(expression, at("matchConditions", i, "expression"), "bool"),
      })),
      variables: variables.map(({ name, expression }, i) => ({
        name,
        run: read(expression, at("variables", i, "expression"), "any"),
      })),
      checks: validations.map((one, i) => ({
        ...one,
        run: read(one.expression, at("validations", i, "expression"), "bool"),
        tell: one.messageExpression
          ? read(one.messageExpression, at("validations", i, "messageExpression"), "string")
          : undefined,
      })),
      audits: auditAnnotations.map(({ valueExpression }, i) =>
        read(valueExpression, at("auditAnnotations", i, "valueExpression"), "any"),
      ),
    },
  };
}

/** A policy's expressions, compiled once for each version of the policy. */
export function compilePolicy(policy: Policy): Compiled {
  let found = compiled.get(policy);
  if (!found) {
    found = build(policy);
    compiled.set(policy, found);
  }
  return found;
}
