import type { Call, Expression } from "./program";
import { emit, emitDynamic, type Reading, type Run } from "./program-run";
import { option, resolve, textOf, textsOf, truthOf } from "./program-values";
import { walkCallback } from "./program-walk";
import { NOTHING, nameFrom, namesFrom } from "./ruby-columns";
import { reverted } from "./ruby-revert";
import { changeTable, createJoinTable, createTable, joinTable } from "./ruby-tables";
import { executes, TABLE_VERBS } from "./ruby-verbs";

const words = (text: string) => new Set(text.split(" "));

/** Methods whose block simply runs. */
const WRAPPERS = words(
  "safety_assured transaction with_lock_retries say_with_time suppress_messages disable_statement_timeout with_connection lease_connection up_only without_statement_timeout uncached silence benchmark",
);
const HARMLESS = words(
  "say puts p print raise sleep require require_relative reset_column_information reset_column_information! connection quote quote_table_name quote_column_name quote_string disable_ddl_transaction! disable_lock_timeout! set_statement_timeout enable_lock_timeout! column_exists? table_exists? index_exists? index_name_exists? foreign_key_exists? check_constraint_exists? unique_constraint_exists? data_source_exists? view_exists? columns indexes tables foreign_keys select_value select_values select_all select_one select_rows adapter_name extension_enabled? reversible new logger info warn debug instance lookup_cast_type enable_extension clear_cache! schema_search_path version current_database freeze lease_connection flush is_a? present? blank? nil? any? none? empty? include? respond_to? zero? positive? env production? development? test? fetch",
);
const EXECUTES = words(
  "execute exec_query exec_update exec_delete exec_insert update insert delete",
);
/** What is done either way, or was done before: existence, and which database it is. */
const GUARDS =
  /(_exists\?|extension_enabled\?|^include\?|^adapter_name|^(postgres|postgresql|mysql|sqlite)\w*\?)$/;

/** Reads one call of an Active Record migration. */
export function interpretRails(call: Call, run: Run): Reading {
  if (!isOnSchema(call, run)) return onSomethingElse(call, run);
  if (run.functions.has(call.name)) return "unknown";
  if (call.name === "up_only" || call.name === "up") return "wrapper";
  if (call.name === "down") return "read";
  if (call.name === "reversible") return reversible(call, run);
  if (call.name === "revert") return revert(call, run);
  if (WRAPPERS.has(call.name)) return "wrapper";
  if (EXECUTES.has(call.name) && call.args.length > 0) {
    executes(call, run);
    return "read";
  }
  if (HARMLESS.has(call.name)) return "harmless";
  return onTable(call, run) || onOthers(call, run) ? "read" : "unknown";
}

function onTable(call: Call, run: Run): boolean {
  const verb = Object.hasOwn(TABLE_VERBS, call.name) ? TABLE_VERBS[call.name] : undefined;
  if (verb) {
    const table = nameFrom(call, 0, run);
    if (table !== null) verb(call, table, run);
    return true;
  }
  switch (call.name) {
    case "create_table":
    case "create_virtual_table": {
      const table = nameFrom(call, 0, run);
      if (table !== null) createTable(call, table, run);
      return true;
    }
    case "change_table": {
      const table = nameFrom(call, 0, run);
      if (table !== null) changeTable(call, table, run);
      return true;
    }
    case "create_join_table":
      createJoinTable(call, run);
      return true;
    case "drop_join_table": {
      const table = joinTable(call, run);
      if (table !== null) emit(run, call, { does: "drop-table", table });
      return true;
    }
    case "drop_table":
      for (const table of namesFrom(call, 0, run) ?? [])
        emit(run, call, { does: "drop-table", table });
      return true;
    case "rename_table": {
      const [table, to] = [nameFrom(call, 0, run), nameFrom(call, 1, run)];
      if (table !== null && to !== null) emit(run, call, { does: "rename-table", table, to });
      return true;
    }
    default:
      return false;
  }
}

/** Types, views, schemas and extensions. */
function onOthers(call: Call, run: Run): boolean {
  const name = textOf(call.args[0], run.scope);
  if (name === null) return false;
  const texts = (key: string, at: number) =>
    textOf(option(call, key, run.scope) ?? call.args[at], run.scope) ?? "";
  switch (call.name) {
    case "create_enum":
      emit(run, call, { does: "create-type", type: name });
      return true;
    case "drop_enum":
      emit(run, call, { does: "drop-type", type: name });
      return true;
    case "rename_enum":
      emit(run, call, { does: "rename-type", type: name, to: texts("to", 1) });
      return true;
    case "add_enum_value":
      emit(run, call, { does: "add-enum-value", type: name, value: texts("value", 1) });
      return true;
    case "rename_enum_value":
      emit(run, call, {
        does: "rename-enum-value",
        type: name,
        value: texts("from", 1),
        to: texts("to", 2),
      });
      return true;
    case "create_view":
      emit(run, call, { does: "create-view", view: name, replaces: false });
      return true;
    case "update_view":
    case "replace_view":
      emit(run, call, { does: "create-view", view: name, replaces: true });
      return true;
    case "drop_view":
      emit(run, call, { does: "drop-view", view: name });
      return true;
    case "create_schema":
      emit(run, call, { does: "create-schema", schema: name });
      return true;
    case "drop_schema":
      emit(run, call, { does: "drop-schema", schema: name });
      return true;
    case "truncate":
    case "truncate_tables":
      for (const table of textsOf(call.args[0], run.scope) ?? [name])
        emit(run, call, { does: "change-data", how: "truncate", table, overwrites: true });
      return true;
    case "disable_extension":
      emitDynamic(run, call, `what belongs to the extension ${name} goes with it`);
      return true;
    default:
      return false;
  }
}

/** reversible do |dir| dir.up { … }; dir.down { … } end: only what goes up happens. */
function reversible(call: Call, run: Run): Reading {
  if (call.block === null) {
    emit(run, call, NOTHING);
    return "read";
  }
  const [direction] = call.block.parameters;
  walkCallback(call.block, {
    ...run,
    interpret: (one, inner) => {
      const isDirection = one.on?.is === "name" && one.on.name === direction;
      if (!isDirection) return run.interpret(one, inner);
      return one.name === "up" ? "wrapper" : "read";
    },
  });
  return "read";
}

/** revert do … end takes back what its block says, the last first; `revert Another` what another file does. */
function revert(call: Call, run: Run): Reading {
  if (call.block === null || call.args.length > 0)
    emitDynamic(run, call, "it takes back what another migration did");
  if (call.block === null) return "read";
  const inner: Run = { ...run, found: [] };
  walkCallback(call.block, inner);
  for (const one of inner.found.toReversed()) {
    const step = one.does === "sql" ? null : reverted(one);
    const { path, line, statement } = one;
    if (step) run.found.push({ path, line, statement, ...step });
    else emitDynamic(run, call, "it takes back something whose way back isn't told");
  }
  return "read";
}

/** On nothing, on self, or on the connection, however it is reached. */
function isOnSchema(call: Call, run: Run): boolean {
  if (call.on === null) return true;
  const on = resolve(call.on, run.scope);
  if (on.is === "name") return /^(self|connection|conn|ActiveRecord\.Base)$/.test(on.name);
  return on.is === "call" && /^(connection|lease_connection|connection_pool)$/.test(on.name);
}

const READS = /^(find|find_by|first|last|count|exists\?|pluck|all|ids|size|length)$/;

function onSomethingElse(call: Call, run: Run): Reading {
  const model = modelOf(call);
  if (WRAPPERS.has(call.name)) return "wrapper";
  if (HARMLESS.has(call.name)) return "harmless";
  if (model !== null && READS.test(call.name)) return "harmless";
  if (model !== null)
    emitDynamic(run, call, `it works on ${model} through the application's own code`);
  return "unknown";
}

/** The class at the beginning of a chain of calls: Order in Order.where(…).update_all(…). */
export function modelOf(expression: Expression): string | null {
  let now: Expression | null = expression;
  while (now?.is === "call") now = now.on;
  return now?.is === "name" && /^[A-Z]/.test(now.name) ? now.name : null;
}

/** `unless column_exists?(…)`: the work is done once, whoever did it. */
export function isRailsGuard(test: Expression, run: Run): boolean {
  switch (test.is) {
    case "call":
      return GUARDS.test(test.name) || (test.on !== null && isRailsGuard(test.on, run));
    case "computed":
      return (
        test.inside.some((one) => one.is === "call") &&
        test.inside.every((one) => one.is === "text" || isRailsGuard(one, run))
      );
    case "truth":
      return truthOf(test, run.scope) !== null;
    default:
      return false;
  }
}
