import type { A_Expr, FuncCall, Node } from "libpg-query";
import type { Fallible } from "./operation";
import { strings, typeText } from "./postgresql-names";

/** Types that take whatever has a text. */
const TEXTS = new Set(["text", "varchar", "char", "name", "citext"]);
/** What an index or a column that is worked out may only be cast to from its own kind: texts aren't times there. */
const TIMES = /^(date|time|timetz|timestamp|timestamptz|interval)\b/;
const JSON_TEXT = new Set(["->>", "#>>", "->", "#>"]);
const JSON_FUNCTIONS = /^jsonb?_extract_path(_text)?$/;
/** Functions that raise an error on some of what their arguments' types allow. */
const RAISING = new Set(
  "sqrt ln log jsonb_array_length json_array_length decode convert_from to_number chr make_date make_time make_timestamp daterange tsrange tstzrange int4range int8range numrange".split(
    " ",
  ),
);
/** Functions that have an answer for all of it. What others do isn't known. */
const ANSWERING = new Set(
  "lower upper initcap btrim ltrim rtrim trim length char_length octet_length md5 sha256 substr substring left right replace translate regexp_replace regexp_match regexp_like split_part concat concat_ws to_tsvector jsonb_to_tsvector setweight strip date_part date_trunc extract timezone abs round floor ceil ceiling trunc sign mod jsonb_typeof json_typeof jsonb_extract_path jsonb_extract_path_text json_extract_path_text jsonb_strip_nulls jsonb_path_exists jsonb_path_query_first array_length cardinality lpad rpad reverse ascii starts_with position strpos overlay unaccent hashtext hashtextextended digest encode isempty lower_inc upper_inc num_nulls num_nonnulls similarity show_trgm soundex metaphone date text host network family masklen age isfinite point array_remove array_append array_position".split(
    " ",
  ),
);
const GEOGRAPHIC = /^st_/;

/** Functions that cut what they are given, or always give as much. */
const CUTTING = new Set("left right substr substring md5 split_part".split(" "));

/**
 * Whether working out an expression can end in an error: a cast of what may be any text, a division by
 * a column. Whatever writes such a row is refused then. Null when it can't, as far as the text tells.
 */
export function readFallible(nodes: readonly (Node | undefined)[]): Fallible | null {
  const found = nodes.flatMap((node) => within(node));
  if (found.length === 0) return null;
  return {
    columns: [...new Set(found.flatMap(({ columns }) => columns))],
    isSure: found.some(({ isSure }) => isSure),
  };
}

function within(value: unknown): Fallible[] {
  if (Array.isArray(value)) return value.flatMap(within);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    return [...cast(arg, typeText(typeName)), ...within(arg)];
  }
  if ("A_Expr" in node) return [...division(node.A_Expr), ...inner(node.A_Expr)];
  if ("FuncCall" in node) {
    return [...called(node.FuncCall), ...inner(node.FuncCall)];
  }
  // What stands behind a condition may be guarded by it.
  if ("CaseExpr" in node) return inner(node.CaseExpr).map((one) => ({ ...one, isSure: false }));
  return inner(node);
}

const inner = (fields: object): Fallible[] => Object.values(fields).flatMap(within);

function called(call: FuncCall): Fallible[] {
  const [name = "", schema] = strings(call.funcname).toReversed();
  const columns = columnsIn(call);
  if (columns.length === 0) return [];
  if (RAISING.has(name)) return [{ columns, isSure: true }];
  const isKnown = ANSWERING.has(name) || GEOGRAPHIC.test(name);
  return isKnown && (schema ?? "pg_catalog") === "pg_catalog" ? [] : [{ columns, isSure: false }];
}

function cast(arg: Node | undefined, to: string | null): Fallible[] {
  const columns = columnsIn(arg);
  const bare = (to ?? "").replace(/[[(].*$/, "");
  if (columns.length === 0 || TEXTS.has(bare)) return [];
  const isFromJson = arg !== undefined && isJsonText(arg);
  if (TIMES.test(bare) && !isFromJson) return [];
  return [{ columns, isSure: isFromJson }];
}

/** A value out of JSON may be any. */
function isJsonText(node: Node): boolean {
  if ("A_Expr" in node) return JSON_TEXT.has(strings(node.A_Expr.name).at(-1) ?? "");
  if (!("FuncCall" in node)) return false;
  return JSON_FUNCTIONS.test(strings(node.FuncCall.funcname).at(-1) ?? "");
}

/** What is worked out for a column that holds only so much text: more is refused. */
export function readTooLong(type: string | null, node: Node | undefined): Fallible | null {
  const columns = columnsIn(node);
  const isBounded = type !== null && /^(varchar|char)\(/.test(type);
  return isBounded && columns.length > 0 && !isCut(node) ? { columns, isSure: false } : null;
}

function isCut(node: Node | undefined): boolean {
  if (node === undefined || "A_Const" in node) return true;
  if ("TypeCast" in node) return /^(varchar|char)\(/.test(typeText(node.TypeCast.typeName) ?? "");
  if ("FuncCall" in node) return CUTTING.has(strings(node.FuncCall.funcname).at(-1) ?? "");
  if (!("CaseExpr" in node)) return false;
  const { args = [], defresult } = node.CaseExpr;
  const results = args.map((one) => ("CaseWhen" in one ? one.CaseWhen.result : undefined));
  return [...results, defresult].every(isCut);
}

/** By a column that nothing keeps from being 0. */
function division({ kind, name, rexpr }: A_Expr): Fallible[] {
  const operator = strings(name).at(-1) ?? "";
  if (kind !== "AEXPR_OP" || (operator !== "/" && operator !== "%") || !rexpr) return [];
  const columns = columnsIn(rexpr);
  return columns.length === 0 || isGuarded(rexpr) ? [] : [{ columns, isSure: true }];
}

/** NULLIF(n, 0), GREATEST(n, 1) and their casts. */
function isGuarded(node: Node): boolean {
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isGuarded(node.TypeCast.arg);
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF";
  return "MinMaxExpr" in node;
}

function columnsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(columnsIn);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  if ("ColumnRef" in node) return [strings(node.ColumnRef.fields).at(-1) ?? ""];
  return Object.values(node).flatMap(columnsIn);
}
