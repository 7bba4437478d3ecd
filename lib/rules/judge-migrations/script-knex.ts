import type { Call, Callable, Expression } from "./program";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { innerOf, lookUp, newScope, resolve, textOf, textsOf } from "./program-values";
import { walk, walkExpression } from "./program-walk";
import { tableIn, textAt } from "./script-columns";
import { alterWithBuilder, type Chain, createWithBuilder } from "./script-knex-tables";

const words = (text: string) => new Set(text.split(" "));
const ON_ROWS = words("insert update del delete truncate upsert increment decrement");
const HARMLESS = words(
  "select from where whereIn whereNull whereNotNull whereNot whereRaw andWhere orWhere orderBy limit offset first pluck count returning join leftJoin onConflict merge ignore now fn ref transacting withSchema hasTable hasColumn columnInfo schema client config userParams log info warn error debug resolve all then finally catch createExtension createExtensionIfNotExists queryContext distinct as require",
);

/** Reads one call of a Knex migration; calls that are chained run one after the other. */
export function interpretKnex(call: Call, run: Run): Reading {
  const table = () => withSchema(call, tableIn(call, 0, run), run);
  const before = () => {
    if (call.on?.is === "call") walkExpression(call.on, run);
  };
  switch (call.name) {
    case "createTable":
    case "createTableIfNotExists":
    case "createTableLike":
    case "alterTable":
    case "table": {
      const build = builderOf(call, run);
      if (!build && call.args.length < 2) return call.name === "table" ? "harmless" : "unknown";
      before();
      const name = table();
      if (name === null) return "read";
      const chains = build ? chainsOf(build, run) : [];
      if (!build) emitDynamic(run, call, "what it does to the table is computed");
      if (call.name.startsWith("createTable"))
        createWithBuilder(call, name, chains, call.name === "createTableIfNotExists", run);
      else alterWithBuilder(name, chains);
      return "read";
    }
    case "dropTable":
    case "dropTableIfExists": {
      before();
      const name = table();
      if (name !== null) emit(run, call, { does: "drop-table", table: name });
      return "read";
    }
    case "renameTable": {
      before();
      const [name, to] = [table(), textAt(call, 1, run)];
      if (name !== null && to !== null) emit(run, call, { does: "rename-table", table: name, to });
      return "read";
    }
    case "raw":
      before();
      emitSql(run, call, withBindings(call, run));
      return "read";
    case "transaction":
      return "wrapper";
    default:
      return onOthers(call, run, before);
  }
}

/** The callback that says what is done to the table: written there, or a function of the same file. */
function builderOf(call: Call, run: Run): Callable | null {
  const written = call.args.findLast((arg): arg is Callable => arg.is === "function");
  const last = call.args.at(-1);
  const named = last?.is === "name" && call.args.length > 1 ? run.functions.get(last.name) : null;
  return written ?? named ?? null;
}

/** raw("ALTER TABLE ?? …", ["orders"]): names and values that are written down are put in. */
function withBindings(call: Call, run: Run): Expression | undefined {
  const [sql] = call.args;
  const text = textOf(sql, run.scope);
  const values = textsOf(call.args[1], run.scope);
  if (!sql || text === null || values === null) return sql;
  let at = 0;
  const value = text.replaceAll(/\?\??/g, (mark) => {
    const next = values[at++] ?? mark;
    if (mark === "??")
      return next
        .split(".")
        .map((part) => `"${part}"`)
        .join(".");
    return `'${next.replaceAll("'", "''")}'`;
  });
  return { ...sql, is: "text", value, inner: innerOf(sql, run.scope) };
}

function onOthers(call: Call, run: Run, before: () => void): Reading {
  const name = textOf(call.args[0], run.scope);
  const view = /^(create|createOrReplace|drop|refresh)(Materialized)?View(IfExists)?$/.exec(
    call.name,
  );
  if (view && name !== null) {
    before();
    if (view[1] === "drop") emit(run, call, { does: "drop-view", view: name });
    else if (view[1] !== "refresh")
      emit(run, call, { does: "create-view", view: name, replaces: view[1] === "createOrReplace" });
    return "read";
  }
  if (/^(create|drop)Schema(IfExists|IfNotExists)?$/.test(call.name) && name !== null) {
    before();
    const does = call.name.startsWith("create") ? "create-schema" : "drop-schema";
    emit(run, call, { does, schema: name });
    return "read";
  }
  if (ON_ROWS.has(call.name)) return onRows(call, run);
  if (beginsQuery(call, run)) return "harmless";
  return HARMLESS.has(call.name) ? "harmless" : "unknown";
}

/** knex("orders"): what is called is what the migration was given, or a transaction on it. */
function beginsQuery(call: Call, run: Run): boolean {
  if (call.on !== null || call.args.length !== 1 || run.functions.has(call.name)) return false;
  const isGiven = lookUp(call.name, run.scope) === null || call.name === "knex";
  return isGiven && textOf(call.args[0], run.scope) !== null;
}

/** knex("orders").where(…).update(…): the table is what the chain begins with. */
function onRows(call: Call, run: Run): Reading {
  let first: Expression = call;
  while (first.is === "call" && first.on?.is === "call") first = first.on;
  const table = first.is === "call" ? textOf(first.args[0], run.scope) : null;
  if (table === null || first === call) {
    emitDynamic(run, call, "it changes rows of a table whose name is computed");
    return "read";
  }
  if (call.name === "insert" || call.name === "upsert")
    emit(run, call, {
      does: "change-data",
      how: "insert",
      table,
      overwrites: call.name === "upsert",
    });
  else {
    const isGone = call.name === "truncate" || call.name.startsWith("del");
    const how = call.name === "truncate" ? "truncate" : isGone ? "delete" : "update";
    emit(run, call, { does: "change-data", how, table, overwrites: true });
  }
  return "read";
}

/** knex.schema.withSchema("shop").alterTable("orders", …) */
function withSchema(call: Call, table: string | null, run: Run): string | null {
  let on = call.on;
  while (on?.is === "call") {
    const schema = on.name === "withSchema" ? textOf(on.args[0], run.scope) : null;
    if (schema !== null && table !== null) return `${schema}.${table}`;
    on = on.on;
  }
  return table;
}

/** The chains of calls that a table's callback makes on its builder, each with the names it knows. */
function chainsOf(build: Callable, run: Run): Chain[] {
  const chains: Chain[] = [];
  const [builder = "this"] = build.parameters;
  const scope = newScope(run.scope);
  for (const name of build.parameters) scope.values.set(name, null);
  const interpret: Run["interpret"] = (call, inner) => {
    const links = linksOf(call, builder, inner);
    if (links === null) return run.interpret(call, inner);
    chains.push({ links, run: { ...inner, found: run.found, interpret: run.interpret } });
    return "read";
  };
  walk(build.body, { ...run, scope, interpret });
  return chains;
}

/** t.string("x").notNullable(): its calls, the first one first; null when it doesn't begin with `t`. */
function linksOf(call: Call, builder: string, run: Run): Call[] | null {
  const links: Call[] = [];
  let now: Expression | null = call;
  while (now?.is === "call") {
    links.unshift(now);
    now = now.on;
  }
  if (now === null) return null;
  const root = resolve(now, run.scope);
  return root.is === "name" && root.name === builder ? links : null;
}

/** `if (!(await knex.schema.hasColumn(…)))`, or what such a question was called. */
export function isScriptGuard(test: Expression, run: Run): boolean {
  const value = resolve(test, run.scope);
  switch (value.is) {
    case "call":
      return /^(has|find)(Table|Column|Index|Constraint)|^(getDialect|describeTable|showAllTables|getTable|findColumnByName|tableExists|includes)$/.test(
        value.name,
      );
    case "name":
      // What describeTable() said of a column, by the column's name.
      if (
        value.name.includes(".") &&
        isScriptGuard({ ...value, name: value.name.split(".")[0] ?? "" }, run)
      )
        return true;
      return /(^|\.)(client|dialect|exists|has[A-Z]\w*|\w*Exists|\w*exists)$/.test(value.name);
    case "computed":
      return value.inside.length > 0 && value.inside.some((one) => isScriptGuard(one, run));
    default:
      return false;
  }
}
