/**
 * Reading the tree of a parser whose own types don't say what it gives: every step may find nothing.
 * A variant of an enumeration is its name, or an object with its name as the only key.
 */
export type Tree = unknown;

export type Fields = Record<string, unknown>;

export function isFields(tree: Tree): tree is Fields {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree);
}

/** What stands at the end of these keys, or undefined. */
export function at(tree: Tree, ...keys: readonly string[]): Tree {
  let here = tree;
  for (const key of keys) here = isFields(here) ? here[key] : undefined;
  return here;
}

export function items(tree: Tree): readonly Tree[] {
  return Array.isArray(tree) ? tree : [];
}

/** The name of a variant and what it carries. */
export function variant(tree: Tree): [name: string, inside: Tree] {
  if (typeof tree === "string") return [tree, undefined];
  const [entry] = isFields(tree) ? Object.entries(tree) : [];
  return entry ?? ["", undefined];
}

export function textAt(tree: Tree, ...keys: readonly string[]): string | null {
  const found = at(tree, ...keys);
  return typeof found === "string" ? found : null;
}
