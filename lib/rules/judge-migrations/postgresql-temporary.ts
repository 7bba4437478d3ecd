import type { Node } from "libpg-query";

const SCHEMA = "pg_temp";
/** Deeper than this no statement says anything about tables. */
const DEEPEST = 200;

/** Tables that only the session has which a statement makes: CREATE TEMPORARY TABLE. */
export function temporaryNames(node: Node): string[] {
  const made =
    "CreateStmt" in node
      ? node.CreateStmt.relation
      : "CreateTableAsStmt" in node
        ? node.CreateTableAsStmt.into?.rel
        : undefined;
  return made?.relpersistence === "t" && made.relname ? [made.relname] : [];
}

/**
 * The statement with the session's own tables under the schema that they are in: without a schema, their
 * names hide those of everybody's tables; with one, everybody's are meant.
 */
export function withTemporary(node: Node, names: ReadonlySet<string>): Node {
  return names.size === 0 ? node : (within(node, names, 0) as Node);
}

function within(value: unknown, names: ReadonlySet<string>, depth: number): unknown {
  if (depth > DEEPEST || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => within(one, names, depth + 1));
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    key === "objects" ? droppedNames(one, names) : within(one, names, depth + 1),
  ]);
  const { relname, schemaname }: Record<string, unknown> = Object.fromEntries(entries);
  const isOwn = typeof relname === "string" && names.has(relname) && schemaname === undefined;
  return Object.fromEntries(isOwn ? [...entries, ["schemaname", SCHEMA]] : entries);
}

/** DROP names its tables as lists of their parts. */
function droppedNames(objects: unknown, names: ReadonlySet<string>): unknown {
  if (!Array.isArray(objects)) return objects;
  return objects.map((one: { List?: { items?: { String?: { sval?: string } }[] } }) => {
    const items = one?.List?.items;
    const [only] = items ?? [];
    const name = only?.String?.sval;
    if (items?.length !== 1 || name === undefined || !names.has(name)) return one;
    return { List: { items: [{ String: { sval: SCHEMA } }, only] } };
  });
}
