import { mergeKey } from "../kubernetes/merge-patch.ts";
import { sameValue, withoutNulls } from "../kubernetes/same-value.ts";
import { type KubeObject, resourceOf, type Tree } from "./kube-client.ts";

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fields that only say which object is meant. */
function body({ apiVersion: _version, kind: _kind, status: _status, ...rest }: Tree): Tree {
  return rest;
}

/**
 * The patch that makes a live object what a manifest declares: what differs is set, what an earlier
 * manifest declared and this one doesn't is taken away, what others added stays. Empty when there is
 * nothing to do. Strategic for built-in kinds, a merge patch for custom ones.
 */
export function threeWayPatch(last: Tree | null, wanted: KubeObject, live: KubeObject): Tree {
  const isCustom = resourceOf(wanted).custom ?? false;
  return patchTree(body(last ?? {}), body(wanted), body(live), isCustom);
}

/** The merge patch that turns one value of a field into another; nulls count as absent. */
export function replacement(before: object, after: object): Tree {
  const wanted = withoutNulls(after) as Tree;
  return patchTree(before, wanted, before as Tree, true);
}

function patchTree(last: unknown, wanted: Tree, live: Tree, isCustom: boolean): Tree {
  const patch: Tree = {};
  const before = isTree(last) ? last : {};
  for (const [key, value] of Object.entries(wanted)) {
    const found = live[key];
    if (isTree(value) && isTree(found)) {
      const inner = patchTree(before[key], value, found, isCustom);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (Array.isArray(value) && Array.isArray(found) && !isCustom) {
      const list = patchList(key, before[key], value, found);
      if (list) patch[key] = list;
    } else if (!sameValue(value, found)) patch[key] = value;
  }
  for (const key of Object.keys(before)) {
    if (!(key in wanted) && live[key] !== undefined) patch[key] = null;
  }
  return patch;
}

function patchList(field: string, last: unknown, wanted: unknown[], live: unknown[]) {
  const key = mergeKey(field, [...wanted, ...live]);
  if (key === undefined) return sameValue(wanted, live) ? null : wanted;
  const named = (items: unknown, name: unknown) =>
    (Array.isArray(items) ? items : []).filter(isTree).find((one) => one[key] === name);
  const patch: Tree[] = [];
  for (const item of wanted.filter(isTree)) {
    const found = named(live, item[key]);
    if (!found) patch.push(item);
    else {
      const inner = patchTree(named(last, item[key]), item, found, false);
      if (Object.keys(inner).length > 0) patch.push({ [key]: item[key], ...inner });
    }
  }
  for (const item of (Array.isArray(last) ? last : []).filter(isTree)) {
    const name = item[key];
    if (!named(wanted, name) && named(live, name)) patch.push({ $patch: "delete", [key]: name });
  }
  return patch.length > 0 ? patch : null;
}
