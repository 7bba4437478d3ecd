import { type Node, parsePlPgSQLSync, parseSync } from "libpg-query";
import type { Step } from "./operation";
import { isCatalogGuard } from "./postgresql-guards";
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
 * DO blocks and routines, through the parser of their language. What a block runs without condition, or
 * when the catalog says that it isn't done yet, is read like any other statement. What depends on
 * anything else may happen: it is read, and dynamic. Statements put together at run time are dynamic.
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
    const { funcname, replace, options = [], parameters } = node.CreateFunctionStmt;
    const rejects =
      languageOf(options, "sql") === "plpgsql" && raisesErrors(plpgsqlActions(text, options));
    const name = listName(funcname);
    const takes = takenBy(parameters ?? []);
    return [{ does: "create-routine", name, replaces: replace === true, rejects, takes }];
  }
  return null;
}

const GIVING = new Set(["FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"]);

/** How many arguments a call must and may give. */
function takenBy(parameters: readonly Node[]): { least: number; most: number } {
  const taken = parameters.flatMap((one) =>
    "FunctionParameter" in one && !GIVING.has(one.FunctionParameter.mode ?? "")
      ? [one.FunctionParameter]
      : [],
  );
  const isOpen = taken.some(({ mode }) => mode === "FUNC_PARAM_VARIADIC");
  return {
    least: taken.filter(({ defexpr, mode }) => !defexpr && mode !== "FUNC_PARAM_VARIADIC").length,
    most: isOpen ? Number.POSITIVE_INFINITY : taken.length,
  };
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
    return functions.flatMap((one: unknown) => {
      if (!isFields(one) || !isFields(one.PLpgSQL_function)) return [];
      const { datums, action } = one.PLpgSQL_function;
      return [...firstValues(datums), action];
    });
  } catch {
    return null;
  }
}

/** What variables are declared with is worked out first. */
function firstValues(datums: unknown): Fields[] {
  if (!Array.isArray(datums)) return [];
  return datums.flatMap((one: unknown) => {
    const variable = isFields(one) && isFields(one.PLpgSQL_var) ? one.PLpgSQL_var : {};
    return isFields(variable.default_val)
      ? [{ PLpgSQL_stmt_perform: { expr: selecting(variable.default_val) } }]
      : [];
  });
}

/** An expression as the query that works it out. */
function selecting(expression: Fields): Fields {
  const query = queryOf(expression);
  return query === null ? expression : { PLpgSQL_expr: { query: `SELECT ${query}` } };
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
      case "PLpgSQL_stmt_block":
        return [...bodySteps(fields.body, read), ...handlerSteps(fields.exceptions, read)];
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
        return [AT_RUN_TIME];
      case "PLpgSQL_stmt_dynfors":
        return [...bodySteps(fields.body, read), AT_RUN_TIME];
      case "PLpgSQL_stmt_if":
        return conditionSteps(fields, read);
      case "PLpgSQL_stmt_perform":
        return querySteps(fields.expr, read);
      default:
        return [...bodySteps(fields.body, read), DEPENDS];
    }
  });
}

const AT_RUN_TIME: Step = { does: "dynamic", why: "its statements are put together at run time" };
const DEPENDS: Step = { does: "dynamic", why: "its statements depend on what the block finds" };

/** IF … ELSIF … ELSE: every way may be taken. */
function conditionSteps(fields: Fields, read: ReadNode): Step[] {
  const others = Array.isArray(fields.elsif_list) ? fields.elsif_list : [];
  const ways = others.flatMap((one: unknown) =>
    isFields(one) && isFields(one.PLpgSQL_if_elsif) ? [one.PLpgSQL_if_elsif] : [],
  );
  const tests = [fields.cond, ...ways.map(({ cond }) => cond)];
  const steps = [
    ...bodySteps(fields.then_body, read),
    ...ways.flatMap(({ stmts }) => bodySteps(stmts, read)),
    ...bodySteps(fields.else_body, read),
  ];
  const isGuarded = tests.every((test) => {
    const query = queryOf(test);
    const nodes = query === null ? null : nodesOf(`SELECT ${query}`);
    return nodes !== null && isCatalogGuard(nodes);
  });
  return isGuarded ? steps : [...steps, DEPENDS];
}

/** What an EXCEPTION part does, it does when the rest was not done. An error raised there undoes all. */
function handlerSteps(exceptions: unknown, read: ReadNode): Step[] {
  const block = isFields(exceptions) ? exceptions.PLpgSQL_exception_block : null;
  const list = isFields(block) && Array.isArray(block.exc_list) ? block.exc_list : [];
  const steps = list.flatMap((one: unknown) => {
    const handler = isFields(one) && isFields(one.PLpgSQL_exception) ? one.PLpgSQL_exception : {};
    const actions: unknown[] = Array.isArray(handler.action) ? handler.action : [];
    return bodySteps(
      actions.filter((action) => !isFields(action) || !("PLpgSQL_stmt_raise" in action)),
      read,
    );
  });
  return steps.some(({ does }) => does !== "nothing") ? [...steps, DEPENDS] : [];
}

/** A bracket in an expression of the block: it may call something. */
function calls(expression: unknown): boolean {
  return queryOf(expression)?.includes("(") ?? true;
}

function querySteps(expression: unknown, read: ReadNode): Step[] {
  const query = queryOf(expression);
  const nodes = query === null ? null : nodesOf(query);
  if (query === null || nodes === null) {
    return [{ does: "dynamic", why: "its block can't be read" }];
  }
  return nodes.flatMap((node) => read(node, query));
}

function queryOf(expression: unknown): string | null {
  const inner = isFields(expression) ? expression.PLpgSQL_expr : null;
  const query = isFields(inner) ? inner.query : null;
  return typeof query === "string" ? query : null;
}

/** The statements of a text inside a block; null when they can't be parsed. */
function nodesOf(sql: string): Node[] | null {
  if (tooDeep([...sqlTokens(sql, "postgresql")], "postgresql") !== null) return null;
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : []));
  } catch {
    return null;
  }
}
