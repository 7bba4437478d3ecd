import { bindingProblems, policyProblems } from "./admission/policy-problems.ts";
import { invalidValue, requiredValue } from "./field-problems.ts";
import type { Container, Deployment, PodSpec, Stored } from "./kube-object.ts";
import { annotationProblems, labelProblems, metadataProblems } from "./metadata-problems.ts";
import { sameValue } from "./same-value.ts";
import { selectorMatches } from "./selectors.ts";
import type { FieldProblem } from "./status-error.ts";

function unsupported(field: string, value: unknown, supported: string[]): FieldProblem {
  const list = supported.map((one) => `"${one}"`).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { field, reason: "FieldValueNotSupported", message };
}

function nonNegative(field: string, value: number | undefined): FieldProblem[] {
  return value !== undefined && value < 0
    ? [invalidValue(field, value, "must be greater than or equal to 0")]
    : [];
}

function containerProblems(containers: Container[], field: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const names = new Set<string>();
  for (const [index, one] of containers.entries()) {
    const at = `${field}[${index}]`;
    if (!one.name) problems.push(requiredValue(`${at}.name`));
    else if (names.has(one.name)) {
      const message = `Duplicate value: ${JSON.stringify(one.name)}`;
      problems.push({ field: `${at}.name`, reason: "FieldValueDuplicate", message });
    }
    names.add(one.name);
    if (!one.image) problems.push(requiredValue(`${at}.image`));
    else if (one.image !== one.image.trim()) {
      problems.push(
        invalidValue(`${at}.image`, one.image, "must not have leading or trailing whitespace"),
      );
    }
    for (const [i, port] of (one.ports ?? []).entries()) {
      if (!(port.containerPort > 0 && port.containerPort < 65_536)) {
        const why = "must be between 1 and 65535, inclusive";
        problems.push(invalidValue(`${at}.ports[${i}].containerPort`, port.containerPort, why));
      }
    }
    for (const [i, variable] of (one.env ?? []).entries()) {
      if (!variable.name) problems.push(requiredValue(`${at}.env[${i}].name`));
    }
  }
  return problems;
}

function podSpecProblems(spec: PodSpec, field: string): FieldProblem[] {
  if (!spec.containers?.length) return [requiredValue(`${field}.containers`)];
  return containerProblems(spec.containers, `${field}.containers`);
}

function strategyProblems(spec: Deployment["spec"]): FieldProblem[] {
  const field = "spec.strategy";
  if (!["RollingUpdate", "Recreate"].includes(spec.strategy.type)) {
    return [unsupported(`${field}.type`, spec.strategy.type, ["Recreate", "RollingUpdate"])];
  }
  const rolling = spec.strategy.rollingUpdate;
  if (spec.strategy.type === "Recreate" && rolling) {
    const message = 'Forbidden: may not be specified when strategy `type` is "Recreate"';
    return [{ field: `${field}.rollingUpdate`, reason: "FieldValueForbidden", message }];
  }
  const none = (value: number | string | undefined) => Number.parseInt(String(value), 10) === 0;
  if (rolling && none(rolling.maxUnavailable) && none(rolling.maxSurge)) {
    const at = `${field}.rollingUpdate.maxUnavailable`;
    return [invalidValue(at, rolling.maxUnavailable, "may not be 0 when `maxSurge` is 0")];
  }
  return [];
}

function deploymentProblems(given: Deployment, before: Deployment | undefined): FieldProblem[] {
  const { spec } = given;
  const problems = nonNegative("spec.replicas", spec.replicas);
  const labels = spec.template.metadata?.labels;
  if (!spec.selector) problems.push(requiredValue("spec.selector"));
  else if (before && !sameValue(before.spec.selector, spec.selector)) {
    problems.push(invalidValue("spec.selector", spec.selector, "field is immutable"));
  }
  if (!spec.selector || !selectorMatches(spec.selector, labels ?? {})) {
    const why = "`selector` does not match template `labels`";
    problems.push(invalidValue("spec.template.metadata.labels", labels, why));
  }
  problems.push(
    ...labelProblems(labels ?? {}, "spec.template.labels"),
    ...annotationProblems(spec.template.metadata?.annotations ?? {}, "spec.template.annotations"),
    ...podSpecProblems(spec.template.spec, "spec.template.spec"),
  );
  const restart = spec.template.spec.restartPolicy;
  if (restart !== "Always") {
    problems.push(unsupported("spec.template.spec.restartPolicy", restart, ["Always"]));
  }
  problems.push(...strategyProblems(spec));
  problems.push(...nonNegative("spec.minReadySeconds", spec.minReadySeconds));
  problems.push(...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit));
  const deadline = spec.progressDeadlineSeconds;
  problems.push(...nonNegative("spec.progressDeadlineSeconds", deadline));
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    const why = "must be greater than minReadySeconds";
    problems.push(invalidValue("spec.progressDeadlineSeconds", deadline, why));
  }
  return problems;
}

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;

function configProblems(given: Stored, before: Stored | undefined): FieldProblem[] {
  const fields = ["data", "binaryData"] as const;
  const problems = fields.flatMap((field) =>
    Object.keys(given[field] ?? {})
      .filter((key) => !CONFIG_KEY.test(key) || key.length > 253)
      .map((key) =>
        invalidValue(
          `${field}[${key}]`,
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ),
      ),
  );
  if (before?.immutable !== true) return problems;
  const message = "Forbidden: field is immutable when `immutable` is set";
  return [
    ...problems,
    ...["immutable", ...fields]
      .filter((field) => !sameValue(before[field], given[field]))
      .map((field) => ({ field, reason: "FieldValueForbidden", message })),
  ];
}

type Autoscaler = Stored & {
  spec?: { maxReplicas?: number; minReplicas?: number; scaleTargetRef?: { kind?: string } };
};

function autoscalerProblems({ spec = {} }: Autoscaler): FieldProblem[] {
  const { maxReplicas = 0, minReplicas = 1, scaleTargetRef } = spec;
  if (!scaleTargetRef?.kind) return [requiredValue("spec.scaleTargetRef.kind")];
  if (maxReplicas < 1)
    return [invalidValue("spec.maxReplicas", maxReplicas, "must be greater than 0")];
  if (maxReplicas >= minReplicas) return [];
  const why = "must be greater than or equal to `minReplicas`";
  return [invalidValue("spec.maxReplicas", maxReplicas, why)];
}

/** What is wrong with an object, field by field, in the API server's words and order. */
export function validate(kind: string, given: Stored, before?: Stored): FieldProblem[] {
  const problems = metadataProblems(given);
  switch (kind) {
    case "Deployment":
      problems.push(...deploymentProblems(given as Deployment, before as Deployment | undefined));
      break;
    case "ReplicaSet":
      if (!(given as Deployment).spec.selector) problems.push(requiredValue("spec.selector"));
      problems.push(
        ...podSpecProblems((given as Deployment).spec.template.spec, "spec.template.spec"),
      );
      break;
    case "Pod":
      problems.push(...podSpecProblems((given as { spec: PodSpec } & Stored).spec, "spec"));
      break;
    case "ConfigMap":
    case "Secret":
      problems.push(...configProblems(given, before));
      break;
    case "HorizontalPodAutoscaler":
      problems.push(...autoscalerProblems(given as Autoscaler));
      break;
    case "ValidatingAdmissionPolicy":
      problems.push(...policyProblems(given));
      break;
    case "ValidatingAdmissionPolicyBinding":
      problems.push(...bindingProblems(given));
      break;
  }
  return problems;
}
