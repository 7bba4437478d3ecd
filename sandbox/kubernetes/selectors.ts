import type { LabelSelector, Stored, StringMap } from "./kube-object.ts";
import { badRequest } from "./status-error.ts";

export type Matches = (object: Stored) => boolean;

const SET_TERM = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUALITY_TERM = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const EXISTS_TERM = /^(!?)\s*([^\s!=,()]+)$/;

/** Splits at commas that are not inside parentheses. */
function terms(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== "");
}

function labelTerm(term: string): (labels: StringMap) => boolean {
  const set = SET_TERM.exec(term);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    return (labels) => {
      const value = labels[key];
      const isIn = value !== undefined && values.has(value);
      return operator === "in" ? isIn : !isIn;
    };
  }
  const equality = EQUALITY_TERM.exec(term);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return (labels) => (operator === "!=" ? labels[key] !== value : labels[key] === value);
  }
  const exists = EXISTS_TERM.exec(term);
  if (exists) {
    const [, not, key = ""] = exists;
    return (labels) => (labels[key] !== undefined) === (not !== "!");
  }
  throw badRequest(`unable to parse requirement: found '${term}', expected: a label requirement`);
}

/** Reads a `labelSelector` query value, such as `app=checkout,tier in (web, api),!canary`. */
export function parseLabelSelector(text: string): Matches {
  const wanted = terms(text).map(labelTerm);
  return (object) => wanted.every((matches) => matches(object.metadata.labels ?? {}));
}

/** Fields of kinds beside `metadata.name` and `metadata.namespace` that may be selected on. */
const SELECTABLE: Record<string, string[]> = {
  pods: ["spec.nodeName", "spec.restartPolicy", "status.phase", "status.podIP"],
  replicasets: ["status.replicas"],
  namespaces: ["status.phase"],
  secrets: ["type"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
};

function fieldText(object: Stored, path: string): string {
  let value: unknown = object;
  for (const step of path.split(".")) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
  }
  return value === undefined || value === null ? "" : String(value);
}

/** Reads a `fieldSelector` query value; fields a kind can't be selected by are refused. */
export function parseFieldSelector(text: string, plural: string): Matches {
  const wanted = terms(text).map((term) => {
    const [, field = "", operator, value = ""] = /^([^!=]+)(==|=|!=)(.*)$/.exec(term) ?? [];
    if (operator === undefined)
      throw badRequest(`invalid selector: '${term}'; can't understand it`);
    const known = field === "metadata.name" || field === "metadata.namespace";
    if (!known && !SELECTABLE[plural]?.includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    const path = field === "source" ? "source.component" : field;
    return (object: Stored) => (fieldText(object, path) === value) !== (operator === "!=");
  });
  return (object) => wanted.every((matches) => matches(object));
}

/** Whether labels satisfy the selector of a workload. */
export function selectorMatches(selector: LabelSelector, labels: StringMap): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([k, v]) => labels[k] === v);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isIn = value !== undefined && values.includes(value);
      return operator === "In" ? isIn : !isIn;
    })
  );
}

/** A workload's selector as the one-line text that tables and scales show. */
export function selectorText(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  const others = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return [...equal, ...others].join(",");
}
