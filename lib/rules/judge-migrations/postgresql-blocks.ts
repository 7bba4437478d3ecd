import { type Node, parsePlPgSQLSync, parseSync } from "libpg-query";
import type { Step } from "./operation";
import { listName, strings } from "./postgresql-names";
import { tooDeep } from "./split-statements";
import { sqlTokens } from "./sql-tokens";

/** From here on a RAISE ends the statement: PostgreSQL's own numbers for levels, ERROR is 21. */
const ERROR_LEVEL = 21;

/** How many blocks, conditions and loops a body may open for its parser to come through. */
const MOST_OPENED = 200;
const OPENING = new Set(["BEGIN", "IF", "LOOP", "CASE"]);

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type ReadNode = (node: Node, text: string) => Step[];

/**
 * DO blocks and routines, through the parser of their language. What a block runs without condition is
 * read like any other statement; conditions, loops and statements put together at run time are dynamic.
 * `text` is the whole statement, `read` reads a statement inside it.
 */
export function readBlock(node: Node, text: string, read: ReadNode): Step[] | null {
  if ("DoStmt" in node) {
    const { args = [] } = node.DoStmt;
    const blocks = languageOf(args, "plpgsql") === "plpgsql" ? plpgsqlActions(text, args) : null;
    if (blocks === null) return [{ does: "dynamic", why: "its block can't be read" }];
    const steps = blocks.flatMap((block) => statementSteps(block, read));
    return steps.length > 0 ? steps : [{ does: "nothing" }];
  }
  if ("CreateFunctionStmt" in node) {
    const { funcname, replace, options = [] } = node.CreateFunctionStmt;
    const rejects =
      languageOf(options, "sql") === "plpgsql" && raisesErrors(plpgsqlActions(text, options));
    const name = listName(funcname);
    return [{ does: "create-routine", name, replaces: replace === true, rejects }];
  }
  return null;
}

/** The language of a block or a body. */
function languageOf(options: readonly Node[], unnamed: string): string {
  const named = options.flatMap((option) => {
    if (!("DefElem" in option) || option.DefElem.defname !== "language") return [];
    return option.DefElem.arg ? strings([option.DefElem.arg]) : [];
  });
  return (named[0] ?? unnamed).toLowerCase();
}

function plpgsqlActions(text: string, options: readonly Node[]): unknown[] | null {
  const written = bodies(options);
  // To whoever measured the statement, the body was one string.
  const isDeep = written.some((body) => {
    const tokens = [...sqlTokens(body, "postgresql")];
    const opened = tokens.filter(({ kind, text }) => kind === "word" && OPENING.has(text));
    return opened.length > MOST_OPENED || tooDeep(tokens, "postgresql") !== null;
  });
  if (isDeep || written.length === 0) return null;
  try {
    const parsed: unknown = parsePlPgSQLSync(text);
    const functions = isFields(parsed) ? parsed.plpgsql_funcs : null;
    if (!Array.isArray(functions) || functions.length === 0) return null;
    return functions.flatMap((one: unknown) =>
      isFields(one) && isFields(one.PLpgSQL_function) ? [one.PLpgSQL_function.action] : [],
    );
  } catch {
    return null;
  }
}

function bodies(options: readonly Node[]): string[] {
  return options.flatMap((option) => {
    if (!("DefElem" in option) || option.DefElem.defname !== "as") return [];
    const { arg } = option.DefElem;
    if (arg && "List" in arg) return strings(arg.List.items);
    return arg ? strings([arg]) : [];
  });
}

function raisesErrors(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(raisesErrors);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([key, inner]) =>
    key === "PLpgSQL_stmt_raise" && isFields(inner)
      ? Number(inner.elog_level ?? ERROR_LEVEL) >= ERROR_LEVEL
      : raisesErrors(inner),
  );
}

function bodySteps(body: unknown, read: ReadNode): Step[] {
  return Array.isArray(body) ? body.flatMap((one: unknown) => statementSteps(one, read)) : [];
}

function statementSteps(statement: unknown, read: ReadNode): Step[] {
  if (!isFields(statement)) return [];
  return Object.entries(statement).flatMap(([kind, inner]): Step[] => {
    const fields = isFields(inner) ? inner : {};
    switch (kind) {
      // What an EXCEPTION part does, it does when the rest was not done.
      case "PLpgSQL_stmt_block":
        return bodySteps(fields.body, read);
      case "PLpgSQL_stmt_execsql":
        return querySteps(fields.sqlstmt, read);
      case "PLpgSQL_stmt_raise":
        return Number(fields.elog_level ?? ERROR_LEVEL) >= ERROR_LEVEL
          ? [{ does: "dynamic", why: "its block raises an error" }]
          : [];
      case "PLpgSQL_stmt_assign":
        return calls(fields.expr) ? [{ does: "dynamic", why: "its block calls a function" }] : [];
      case "PLpgSQL_stmt_return":
      case "PLpgSQL_stmt_getdiag":
      case "PLpgSQL_stmt_assert":
        return [];
      case "PLpgSQL_stmt_dynexecute":
      case "PLpgSQL_stmt_dynfors":
        return [{ does: "dynamic", why: "its statements are put together at run time" }];
      case "PLpgSQL_stmt_perform":
        return querySteps(fields.expr, read);
      default:
        return [{ does: "dynamic", why: "its statements depend on what the block finds" }];
    }
  });
}

/** A bracket in an expression of the block: it may call something. */
function calls(expression: unknown): boolean {
  const inner = isFields(expression) ? expression.PLpgSQL_expr : null;
  const query = isFields(inner) ? inner.query : null;
  return typeof query !== "string" || query.includes("(");
}

function querySteps(expression: unknown, read: ReadNode): Step[] {
  const inner = isFields(expression) ? expression.PLpgSQL_expr : null;
  const query = isFields(inner) ? inner.query : null;
  if (typeof query !== "string") return [{ does: "dynamic", why: "its block can't be read" }];
  try {
    return (parseSync(query).stmts ?? []).flatMap(({ stmt }) => (stmt ? read(stmt, query) : []));
  } catch {
    return [{ does: "dynamic", why: "its block can't be read" }];
  }
}
