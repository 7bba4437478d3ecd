import type { FieldSet, ListSteps } from "./field-set.ts";
import type { Stored } from "./kube-object.ts";
import { sameValue } from "./same-value.ts";

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Maps that count as one value: whoever writes a part of one owns it all. */
const ATOMIC = new Set([
  "selector",
  "labelSelector",
  "nodeSelector",
  "configMapKeyRef",
  "secretKeyRef",
  "fieldRef",
  "resourceFieldRef",
  "scaleTargetRef",
  "involvedObject",
  "matchConstraints",
  "matchResources",
  "paramKind",
  "paramRef",
]);

/** Lists whose items are told apart by these of their fields. */
const KEYS: Record<string, string[]> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  ports: ["containerPort", "port", "protocol"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  conditions: ["type"],
  podIPs: ["ip"],
  ownerReferences: ["uid"],
  secrets: ["name"],
};

/** What is there, though empty, before the first write of a built-in kind. */
const ALWAYS_THERE = new Set([
  "metadata",
  "spec",
  "status",
  "template",
  "strategy",
  "containers",
  "source",
]);

/** The parts of `metadata` that have owners; the rest is the server's. */
const OWNED_META = ["labels", "annotations", "finalizers", "ownerReferences", "generateName"];

const builtInStep: ListSteps = (field, item) => {
  if (field === "finalizers") return `v:${JSON.stringify(item)}`;
  const keys = KEYS[field]?.filter((key) => isTree(item) && item[key] !== undefined) ?? [];
  if (keys.length === 0 || !isTree(item)) return undefined;
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])))}`;
};

const metaStep: ListSteps = (field, item) =>
  field === "finalizers" || field === "ownerReferences" ? builtInStep(field, item) : undefined;

/** Which lists have items of their own: of a custom resource only those of its metadata. */
export function listSteps(isCustom = false): ListSteps {
  return isCustom ? metaStep : builtInStep;
}

export type Changes = { changed: FieldSet | undefined; removed: FieldSet | undefined };

const NOTHING: Changes = { changed: undefined, removed: undefined };

/** The parts of a value that can have owners of their own; nothing when it is one value. */
function partsOf(value: unknown, field: string, stepOf: ListSteps): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    const parts = new Map<string, unknown>();
    for (const item of value) {
      const step = stepOf(field, item);
      if (step === undefined) return null;
      parts.set(step, item);
    }
    return parts;
  }
  if (!isTree(value) || (ATOMIC.has(field) && stepOf === builtInStep)) return null;
  const parts = new Map<string, unknown>();
  for (const key in value) if (value[key] !== undefined) parts.set(`f:${key}`, value[key]);
  return parts;
}

/** Owner references are told apart by uid, but each is one value. */
const isWhole = (step: string) => step.startsWith('k:{"uid"') || step.startsWith("v:");
const nameOf = (step: string) => (step.startsWith("f:") ? step.slice(2) : "");

function leafChange(before: unknown, after: unknown): Changes {
  if (after === undefined) return { changed: undefined, removed: {} };
  return sameValue(before, after) ? NOTHING : { changed: {}, removed: undefined };
}

function compare(before: unknown, after: unknown, step: string, stepOf: ListSteps): Changes {
  if (before === after) return NOTHING;
  if (isWhole(step)) return leafChange(before, after);
  const field = nameOf(step);
  const was = before === undefined ? new Map() : partsOf(before, field, stepOf);
  const is = after === undefined ? new Map() : partsOf(after, field, stepOf);
  const isThere = ALWAYS_THERE.has(field) && stepOf === builtInStep;
  const isBare = was?.size === 0 && is?.size === 0;
  if (isBare && isThere) return NOTHING;
  if (!was || !is || isBare) return leafChange(before, after);
  const changed: FieldSet = {};
  const removed: FieldSet = {};
  if (before === undefined && !isThere) changed["."] = {};
  if (after === undefined) removed["."] = {};
  for (const [part, value] of is) {
    const one = compare(was.get(part), value, part, stepOf);
    if (one.changed) changed[part] = one.changed;
    if (one.removed) removed[part] = one.removed;
  }
  for (const [part, value] of was) {
    const one = is.has(part) ? NOTHING : compare(value, undefined, part, stepOf);
    if (one.removed) removed[part] = one.removed;
  }
  return { changed: orNothing(changed), removed: orNothing(removed) };
}

function orNothing(set: FieldSet): FieldSet | undefined {
  return Object.keys(set).length > 0 ? set : undefined;
}

/** An object's fields that have owners. Beside metadata, a write to a subresource has one part. */
function ownable(object: Stored | Tree | undefined, part?: string): Tree {
  const { metadata, kind: _kind, apiVersion: _apiVersion, ...rest } = object ?? {};
  const owned: Tree = part === undefined ? rest : { [part]: Reflect.get(rest, part) };
  const meta: Tree = {};
  for (const name of OWNED_META) {
    if (isTree(metadata) && metadata[name] !== undefined) meta[name] = metadata[name];
  }
  return { ...owned, metadata: meta };
}

/** Which fields a write changed or added, and which it removed. */
export function fieldChanges(
  before: Stored | undefined,
  after: Stored,
  isCustom = false,
  subresource?: string,
): Changes {
  const part = subresource === "status" ? "status" : undefined;
  const from = ownable(before, part);
  // What a new object's status holds was put there by the server, not by the writer; and so were the
  // finalizers of a new namespace.
  if (!before && part === undefined && !isCustom) {
    from.status = after.status;
    if (isTree(after.spec) && "finalizers" in after.spec) from.spec = after.spec;
  }
  return compare(from, ownable(after, part), "", listSteps(isCustom));
}

/** The fields that an applied configuration states. */
export function statedFields(configuration: Tree, isCustom = false): FieldSet | undefined {
  const stepOf = listSteps(isCustom);
  const read = (value: unknown, step: string): FieldSet => {
    const parts = isWhole(step) ? null : partsOf(value, nameOf(step), stepOf);
    if (!parts || parts.size === 0) return {};
    const set: FieldSet = step.startsWith("k:") ? { ".": {} } : {};
    for (const [part, one] of parts) set[part] = read(one, part);
    return set;
  };
  const { metadata, ...rest } = ownable(configuration);
  const stated =
    isTree(metadata) && Object.keys(metadata).length > 0 ? { ...rest, metadata } : rest;
  return orNothing(read(stated, ""));
}
