import type { Node, RangeVar, TypeName } from "libpg-query";

/** "orders", "billing.invoice"; the schema that is there by default goes without saying. */
export function relationName(relation: RangeVar | undefined): string {
  return joined([relation?.schemaname ?? "", relation?.relname ?? ""]);
}

/** A name written as a list of its parts: {schema, table} or {table}. */
export function listName(parts: readonly Node[] | undefined): string {
  return joined(strings(parts).slice(-2));
}

/** A dropped or renamed object's name, whatever node it comes in. */
export function objectName(node: Node | undefined): string {
  if (node === undefined) return "";
  if ("List" in node) return listName(node.List.items);
  if ("String" in node) return node.String.sval ?? "";
  if ("TypeName" in node) return listName(node.TypeName.names);
  if ("ObjectWithArgs" in node) return listName(node.ObjectWithArgs.objname);
  if ("RangeVar" in node) return relationName(node.RangeVar);
  return "";
}

export function strings(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ("String" in node ? [node.String.sval ?? ""] : []));
}

function joined(parts: readonly string[]): string {
  return parts
    .filter((part, at) => part !== "" && !(at === 0 && parts.length > 1 && part === "public"))
    .map((part) => (parts.length > 1 && part.includes(".") ? `"${part}"` : part))
    .join(".");
}

/** What the parser calls types inside, as people write them. */
const WRITTEN: Record<string, string> = {
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  bool: "boolean",
  float4: "real",
  float8: "double precision",
  bpchar: "char",
};

/** "varchar(40)", "bigint", "text[]", "mood". */
export function typeText(type: TypeName | undefined): string | null {
  const parts = strings(type?.names).filter((part) => part !== "pg_catalog");
  if (type === undefined || parts.length === 0) return null;
  const name = joined(parts);
  const sizes = (type.typmods ?? []).flatMap((node) =>
    "A_Const" in node ? [String(node.A_Const.ival?.ival ?? 0)] : [],
  );
  const size = sizes.length > 0 && name !== "interval" ? `(${sizes.join(",")})` : "";
  return `${WRITTEN[name] ?? name}${size}${"[]".repeat(type.arrayBounds?.length ?? 0)}`;
}
