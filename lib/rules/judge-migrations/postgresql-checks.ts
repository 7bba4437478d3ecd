import type { A_Expr, FuncCall, Node } from "libpg-query";
import { generate } from "./generators";
import type { Check } from "./operation";
import { listName, strings } from "./postgresql-names";

const ANY: Check = { is: "any" };

/** Functions that give null as soon as one of their arguments is null. */
const STRICT = new Set(
  "length char_length octet_length lower upper btrim ltrim rtrim trim abs round floor ceil mod date_part date_trunc substr substring position strpos starts_with regexp_like regexp_replace replace cardinality array_length jsonb_typeof json_typeof jsonb_array_length isfinite lower_inc upper_inc isempty left right".split(
    " ",
  ),
);

/** What a condition of PostgreSQL comes to when columns are null, as far as the text tells. */
export function readCheck(node: Node | undefined): Check {
  if (node === undefined) return ANY;
  if ("BoolExpr" in node) {
    const parts = (node.BoolExpr.args ?? []).map(readCheck);
    if (node.BoolExpr.boolop === "NOT_EXPR") return { is: "not", part: parts[0] ?? ANY };
    return { is: node.BoolExpr.boolop === "AND_EXPR" ? "and" : "or", parts };
  }
  if ("NullTest" in node) {
    const column = columnName(node.NullTest.arg);
    return column === null
      ? ANY
      : { is: "null-test", column, isNull: node.NullTest.nulltesttype === "IS_NULL" };
  }
  if ("A_Const" in node) {
    if (node.A_Const.isnull) return { is: "constant", value: null };
    if (node.A_Const.boolval)
      return { is: "constant", value: node.A_Const.boolval.boolval === true };
    return ANY;
  }
  const columns = strictColumns(node);
  return columns === null ? ANY : { is: "strict", columns };
}

/** Columns of which none may be null for the expression to have a value; null when that isn't known. */
function strictColumns(node: Node | undefined): string[] | null {
  if (node === undefined) return [];
  if ("A_Const" in node) return node.A_Const.isnull ? null : [];
  const column = columnName(node);
  if (column !== null) return [column];
  if ("TypeCast" in node) return strictColumns(node.TypeCast.arg);
  if ("CollateClause" in node) return strictColumns(node.CollateClause.arg);
  if ("A_Expr" in node) return strictOperands(node.A_Expr);
  if ("FuncCall" in node) {
    const name = strings(node.FuncCall.funcname).at(-1) ?? "";
    return STRICT.has(name) ? allOf(node.FuncCall.args ?? []) : null;
  }
  return null;
}

function strictOperands({ kind, lexpr, rexpr }: A_Expr): string[] | null {
  switch (kind) {
    case "AEXPR_OP":
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
    case "AEXPR_SIMILAR":
      return allOf([lexpr, rexpr]);
    // Of what follows, the value on the left alone decides whether there is an answer.
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL":
    case "AEXPR_IN":
    case "AEXPR_BETWEEN":
    case "AEXPR_NOT_BETWEEN":
      return strictColumns(lexpr);
    default:
      return null;
  }
}

function allOf(nodes: readonly (Node | undefined)[]): string[] | null {
  const columns: string[] = [];
  for (const node of nodes) {
    const more = strictColumns(node);
    if (more === null) return null;
    columns.push(...more);
  }
  return columns;
}

function columnName(node: Node | undefined): string | null {
  if (node === undefined || !("ColumnRef" in node)) return null;
  return strings(node.ColumnRef.fields).at(-1) ?? null;
}

/** Functions that give a value when all their arguments are one. */
const VALUED = new Set("to_tsvector setweight lower upper btrim md5 concat abs round".split(" "));

/** True for an expression that has a value whatever its columns hold: coalesce(title, ''). */
export function isNeverNull(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ("A_Const" in node) return node.A_Const.isnull !== true;
  if ("CoalesceExpr" in node) return (node.CoalesceExpr.args ?? []).some(isNeverNull);
  if ("TypeCast" in node) return isNeverNull(node.TypeCast.arg);
  if ("NullTest" in node) return true;
  if ("A_Expr" in node) {
    const { kind, lexpr, rexpr } = node.A_Expr;
    return kind === "AEXPR_OP" && isNeverNull(rexpr) && (lexpr === undefined || isNeverNull(lexpr));
  }
  if (!("FuncCall" in node)) return false;
  const name = strings(node.FuncCall.funcname).at(-1) ?? "";
  return VALUED.has(name) && (node.FuncCall.args ?? []).every(isNeverNull);
}

/** True when an expression gives every row a value of its own. */
export function isMadeForEach(node: unknown): boolean {
  return generate(calledFunctions(node));
}

/** The functions that a default calls, and the sequence that it draws from: nextval('shop.numbers'). */
export function drawnFrom(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(drawnFrom);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== "FuncCall") return drawnFrom(value);
    const { funcname, args = [] }: FuncCall = value;
    const name = listName(funcname);
    return name === "nextval" ? sequenceNames(args) : [name, ...drawnFrom(args)];
  });
}

function sequenceNames(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(sequenceNames);
  if (typeof node !== "object" || node === null) return [];
  const written = "sval" in node && typeof node.sval === "string" ? [node.sval] : [];
  const names = written.map((one) => one.replaceAll('"', "").replace(/^public\./, ""));
  return [...names, ...Object.values(node).flatMap(sequenceNames)];
}

/** Names of the functions that an expression or a query calls, without their schemas. */
export function calledFunctions(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(calledFunctions);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === "FuncCall" ? functionName(value) : []),
    ...calledFunctions(value),
  ]);
}

function functionName(call: unknown): string[] {
  if (typeof call !== "object" || call === null || !("funcname" in call)) return [];
  const parts: readonly Node[] = Array.isArray(call.funcname) ? call.funcname : [];
  return [strings(parts).at(-1) ?? ""];
}
