import type { Dialect } from "./operation";
import { at, items, type Tree, textAt, variant } from "./syntax-tree";

/** A column's name: no case in MySQL and SQLite. */
export function identifier(tree: Tree): string {
  return (textAt(tree, "value") ?? "").toLowerCase();
}

/** A name of several parts: [{ Identifier: { value } }, …]. Tables keep their case in MySQL. */
export function objectName(tree: Tree, dialect: Dialect): string {
  const name = items(tree)
    .map((part) => textAt(part, "Identifier", "value") ?? textAt(part, "value") ?? "")
    .slice(-2)
    .filter((part, place) => !(place === 0 && part.toLowerCase() === "main"))
    .join(".");
  return dialect === "sqlite" ? name.toLowerCase() : name;
}

/** Columns of an index or key; empty text for an expression. */
export function indexColumns(tree: Tree): string[] {
  return items(tree).map((one) => {
    const expression = at(one, "column", "expr");
    const [kind, inside] = variant(expression);
    if (kind === "Identifier") return identifier(inside);
    // `title`(40), the first characters of a column, reads like a call.
    const first = items(at(inside, "args", "List", "args"))[0];
    const isPrefix =
      kind === "Function" && at(first, "Unnamed", "Expr", "Value", "value", "Number") !== undefined;
    return isPrefix ? objectName(at(inside, "name"), "mysql").toLowerCase() : "";
  });
}

/** "BigIntUnsigned" → "bigint unsigned", { Varchar: { IntegerLength: { length: 80 } } } → "varchar(80)". */
export function typeName(tree: Tree): string | null {
  const [name, inside] = variant(tree);
  if (name === "" || name === "Unspecified") return null;
  if (name === "Custom") return objectName(items(inside)[0], "sqlite") || null;
  const words = name
    .replace(/(Unsigned|Varying)$/, " $1")
    .toLowerCase()
    .trim();
  const length = at(inside, "IntegerLength", "length") ?? inside;
  return typeof length === "number" || typeof length === "bigint" ? `${words}(${length})` : words;
}
