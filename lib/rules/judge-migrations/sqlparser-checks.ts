import type { Check } from "./operation";
import { identifier } from "./sqlparser-names";
import { at, isFields, items, type Tree, textAt, variant } from "./syntax-tree";

const ANY: Check = { is: "any" };

/** What a condition of MySQL or SQLite comes to when columns are null, as far as the text tells. */
export function readExpressionCheck(tree: Tree): Check {
  const [kind, inside] = variant(tree);
  switch (kind) {
    case "Nested":
      return readExpressionCheck(inside);
    case "IsNull":
    case "IsNotNull": {
      const column = columnName(inside);
      return column === null ? ANY : { is: "null-test", column, isNull: kind === "IsNull" };
    }
    case "UnaryOp":
      return textAt(inside, "op") === "Not"
        ? { is: "not", part: readExpressionCheck(at(inside, "expr")) }
        : strict(tree);
    case "BinaryOp": {
      const operator = textAt(inside, "op");
      if (operator !== "And" && operator !== "Or") return strict(tree);
      const parts = [at(inside, "left"), at(inside, "right")].map(readExpressionCheck);
      return { is: operator === "And" ? "and" : "or", parts };
    }
    case "Value": {
      const [value, is] = variant(at(inside, "value"));
      if (value === "Null") return { is: "constant", value: null };
      if (value === "Boolean") return { is: "constant", value: is === true };
      const number = value === "Number" ? items(is)[0] : undefined;
      return number === undefined ? ANY : { is: "constant", value: Number(number) !== 0 };
    }
    default:
      return strict(tree);
  }
}

function strict(tree: Tree): Check {
  const columns = strictColumns(tree);
  return columns === null ? ANY : { is: "strict", columns };
}

/** Functions that give null as soon as one of their arguments is null, in both databases. */
const STRICT = new Set(
  "length char_length lower upper trim ltrim rtrim abs round floor ceil mod json_valid json_type date year month day substr substring regexp_like instr replace".split(
    " ",
  ),
);

/** Columns of which none may be null for the expression to have a value; null when that isn't known. */
function strictColumns(tree: Tree): string[] | null {
  const column = columnName(tree);
  if (column !== null) return [column];
  const [kind, inside] = variant(tree);
  switch (kind) {
    case "Nested":
      return strictColumns(inside);
    case "Value":
      return variant(at(inside, "value"))[0] === "Null" ? null : [];
    case "BinaryOp": {
      // <=> is the one comparison with an answer for null.
      if (textAt(inside, "op") === "Spaceship") return null;
      return allOf([at(inside, "left"), at(inside, "right")]);
    }
    case "UnaryOp":
    case "Cast":
    case "Between":
    case "InList":
    case "Like":
    case "RLike":
      return strictColumns(at(inside, "expr"));
    case "Function": {
      const name = textAt(items(at(inside, "name")).at(-1), "Identifier", "value") ?? "";
      const args = items(at(inside, "args", "List", "args"));
      return STRICT.has(name.toLowerCase())
        ? allOf(args.map((one) => at(one, "Unnamed", "Expr")))
        : null;
    }
    default:
      return null;
  }
}

function allOf(trees: readonly Tree[]): string[] | null {
  const columns: string[] = [];
  for (const tree of trees) {
    const more = strictColumns(tree);
    if (more === null) return null;
    columns.push(...more);
  }
  return columns;
}

function columnName(tree: Tree): string | null {
  const [kind, inside] = variant(tree);
  if (kind === "Identifier") return identifier(inside);
  return kind === "CompoundIdentifier" ? identifier(items(inside).at(-1)) : null;
}

/** Names of the functions that an expression or a query calls. */
export function functionsIn(tree: Tree): string[] {
  if (Array.isArray(tree)) return tree.flatMap(functionsIn);
  if (!isFields(tree)) return [];
  return Object.entries(tree).flatMap(([key, inside]) => [
    ...(key === "Function"
      ? [(textAt(items(at(inside, "name")).at(-1), "Identifier", "value") ?? "").toLowerCase()]
      : []),
    ...functionsIn(inside),
  ]);
}
