type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Applies an RFC 7396 merge patch: null removes, objects merge, all else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Tree = isTree(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = applyMergePatch(merged[key], value);
  }
  return merged;
}

/** Lists that merge item by item, by the field that holds the list, and their keys. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  env: ["name"],
  ports: ["containerPort", "port"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey"],
  conditions: ["type"],
  ownerReferences: ["uid"],
  secrets: ["name"],
};

const PRIMITIVE_LISTS = new Set(["finalizers"]);

/** The field by which items of a list of this name are told apart; none for lists replaced whole. */
export function mergeKey(field: string, items: unknown[]): string | undefined {
  return MERGE_KEYS[field]?.find((key) => items.some((item) => isTree(item) && key in item));
}

/** Puts items in the order the patch asked for; items it doesn't name keep their place at the end. */
function reordered(items: unknown[], order: unknown, key: string | undefined): unknown[] {
  if (!Array.isArray(order)) return items;
  const mark = (item: unknown) => (key && isTree(item) ? item[key] : item);
  const wanted = order.map(mark);
  const place = (item: unknown) => {
    const index = wanted.indexOf(mark(item));
    return index < 0 ? wanted.length : index;
  };
  return items.toSorted((a, b) => place(a) - place(b));
}

function mergeList(before: unknown[], patch: unknown[], key: string): unknown[] {
  if (patch.some((item) => isTree(item) && item.$patch === "replace")) {
    return patch.filter((item) => !(isTree(item) && item.$patch === "replace"));
  }
  let merged = [...before];
  const added: unknown[] = [];
  for (const item of patch) {
    if (!isTree(item)) continue;
    const index = merged.findIndex((one) => isTree(one) && one[key] === item[key]);
    if (item.$patch === "delete") {
      if (index >= 0) merged = merged.toSpliced(index, 1);
    } else if (index >= 0) merged[index] = mergeTree(merged[index], item);
    else added.push(mergeTree({}, item));
  }
  // New items come first, as the real server answers when the patch states no order.
  return [...added, ...merged];
}

function mergeField(field: string, before: unknown, value: unknown, patch: Tree): unknown {
  if (!Array.isArray(value)) return isTree(value) ? mergeTree(before, value) : value;
  const known = Array.isArray(before) ? before : [];
  const order = patch[`$setElementOrder/${field}`];
  if (PRIMITIVE_LISTS.has(field)) {
    return reordered([...new Set([...known, ...value])], order, undefined);
  }
  const key = mergeKey(field, [...value, ...known]);
  return key ? reordered(mergeList(known, value, key), order, key) : value;
}

function mergeTree(target: unknown, patch: Tree): unknown {
  if (patch.$patch === "delete") return {};
  if (patch.$patch === "replace") {
    const { $patch: _, ...whole } = patch;
    return whole;
  }
  const merged: Tree = isTree(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$deleteFromPrimitiveList/")) {
      const field = key.slice(key.indexOf("/") + 1);
      const gone = Array.isArray(value) ? value : [];
      const list = merged[field];
      if (Array.isArray(list)) merged[field] = list.filter((item) => !gone.includes(item));
    } else if (key.startsWith("$setElementOrder/")) {
      const field = key.slice(key.indexOf("/") + 1);
      const list = merged[field];
      if (!(field in patch) && Array.isArray(list)) {
        merged[field] = reordered(list, value, mergeKey(field, list));
      }
    } else if (key.startsWith("$")) {
    } else if (value === null) delete merged[key];
    else merged[key] = mergeField(key, merged[key], value, patch);
  }
  return merged;
}

/** Applies Kubernetes' own merge patch, in which known lists merge by a key of their items. */
export function applyStrategicMergePatch(target: unknown, patch: unknown): unknown {
  return isTree(patch) ? mergeTree(target, patch) : patch;
}
