/**
 * A set of fields as `fieldsV1` writes it: "f:" before a field's name, "k:" before the keys of a list
 * item, "v:" before a value in a set. A node without children is in the set; one with children is in
 * it as well if it has a ".". The empty set is `undefined`.
 */
export type FieldSet = { [step: string]: FieldSet };

const SELF = ".";
const isLeaf = (node: FieldSet) => Object.keys(node).length === 0;
const isMember = (node: FieldSet) => SELF in node || isLeaf(node);

/** All fields that are in either set. */
export function union(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b) return a ?? b;
  const both: FieldSet = { ...a };
  for (const [step, node] of Object.entries(b)) {
    const known = both[step];
    both[step] = step === SELF || !known ? node : (union(known, node) ?? {});
  }
  const isOne = isMember(a) || isMember(b);
  return isOne && !isLeaf(both) ? { [SELF]: {}, ...both } : both;
}

/** The fields of `a` that are not in `b`. */
export function difference(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (!a || !b) return a;
  const left: FieldSet = {};
  for (const [step, node] of Object.entries(a)) {
    if (step === SELF) continue;
    const rest = b[step] ? difference(node, b[step]) : node;
    if (rest) left[step] = rest;
  }
  const stays = isMember(a) && !isMember(b);
  if (isLeaf(left)) return stays ? {} : undefined;
  return stays ? { [SELF]: {}, ...left } : left;
}

/** The fields that are in both sets. */
export function intersection(
  a: FieldSet | undefined,
  b: FieldSet | undefined,
): FieldSet | undefined {
  return a && difference(a, difference(a, b));
}

/** The set with every node on the way to its fields in it as well. */
export function withAncestors(set: FieldSet | undefined): FieldSet | undefined {
  if (!set || isLeaf(set)) return set;
  const filled: FieldSet = { [SELF]: {} };
  for (const [step, node] of Object.entries(set)) {
    if (step !== SELF) filled[step] = withAncestors(node) ?? {};
  }
  return filled;
}

/** The set's fields as messages name them, such as `.spec.containers[name="web"].image`. */
export function fieldPaths(set: FieldSet, at = ""): string[] {
  const below = Object.entries(set).flatMap(([step, node]) => {
    if (step === SELF) return [];
    return fieldPaths(node, at + stepText(step));
  });
  return isMember(set) && at !== "" ? [at, ...below] : below;
}

function stepText(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const keys: unknown = JSON.parse(rest);
  const pairs = Object.entries(typeof keys === "object" && keys !== null ? keys : {});
  return `[${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}

/** The object without the fields of a set; a list item goes when it is itself in the set. */
export function removeFields(
  value: unknown,
  set: FieldSet,
  stepOf: ListSteps,
  field = "",
): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const node = set[stepOf(field, item) ?? ""];
      if (!node) return [item];
      return isMember(node) ? [] : [removeFields(item, node, stepOf)];
    });
  }
  if (typeof value !== "object" || value === null) return value;
  const left: Record<string, unknown> = { ...value };
  for (const [step, node] of Object.entries(set)) {
    const name = step.slice(2);
    if (!step.startsWith("f:") || !(name in left)) continue;
    if (isMember(node)) delete left[name];
    else left[name] = removeFields(left[name], node, stepOf, name);
  }
  return left;
}

/** How an item of the list in a field is named in a set; nothing for lists that are one value. */
export type ListSteps = (field: string, item: unknown) => string | undefined;
