import type { Column } from "./operation";
import type { Call, Callable } from "./program";
import { emit, emitDynamic, type Run } from "./program-run";
import { newScope, option, optionsOf, resolve, textOf, truthOf } from "./program-values";
import { walk } from "./program-walk";
import { columnsOfCall, emitWithColumn, nameFrom, railsColumn } from "./ruby-columns";
import { TABLE_VERBS } from "./ruby-verbs";

/** create_table and its kin: the columns that its block makes, then what stands with them. */
export function createTable(call: Call, table: string, run: Run): void {
  const force = option(call, "force", run.scope);
  if (force && truthOf(force, run.scope) !== false) emit(run, call, { does: "drop-table", table });
  const id = option(call, "id", run.scope);
  const idType = id && textOf(id, run.scope);
  const columns: Column[] = [];
  if (!id || truthOf(id, run.scope) !== false) {
    const name = textOf(option(call, "primary_key", run.scope), run.scope) ?? "id";
    const key = railsColumn(name, idType ?? "primary_key", [], run);
    columns.push({ ...key, isNotNull: true, isFilled: true });
  }
  const after: Call[] = [];
  inBlock(call, run, (one, inner) => {
    const made = isSetting(one) ? null : columnsOfCall(one, inner);
    if (made) columns.push(...made);
    if (!made && !isSetting(one))
      emitDynamic(inner, one, `it calls ${one.name} with computed names`);
    after.push(one);
  });
  emit(run, call, {
    does: "create-table",
    table,
    columns,
    ifNotExists: truthOf(option(call, "if_not_exists", run.scope), run.scope) === true,
  });
  for (const one of after) {
    const made = isSetting(one) ? null : columnsOfCall(one, run);
    if (made) emitWithColumn(one, table, made, run);
    else if (isSetting(one)) alterOne(one, table, run);
  }
  if (call.isOpen) emitDynamic(run, call, "some of its options are computed");
}

const SETTINGS = new Set(
  "index foreign_key check_constraint unique_constraint unique_key exclusion_constraint".split(" "),
);
const isSetting = (call: Call) => SETTINGS.has(call.name);

/** create_join_table :a, :b makes a_b with a_id and b_id. */
export function createJoinTable(call: Call, run: Run): void {
  const table = joinTable(call, run);
  if (table === null) return;
  const columns = [0, 1].flatMap((at) => {
    const name = textOf(call.args[at], run.scope);
    return name === null
      ? []
      : [{ ...railsColumn(`${name}_id`, "bigint", [], run), isNotNull: true }];
  });
  emit(run, call, { does: "create-table", table, columns, ifNotExists: false });
}

export function joinTable(call: Call, run: Run): string | null {
  const given = textOf(option(call, "table_name", run.scope), run.scope);
  if (given !== null) return given;
  const [left, right] = [nameFrom(call, 0, run), nameFrom(call, 1, run)];
  return left === null || right === null ? null : [left, right].sort().join("_");
}

/** What a block of change_table calls a verb, as the method that takes the table's name calls it. */
const IN_BLOCK: Record<string, string> = {
  remove: "remove_columns",
  rename: "rename_column",
  change: "change_column",
  change_default: "change_column_default",
  change_null: "change_column_null",
  references: "add_reference",
  belongs_to: "add_reference",
  remove_references: "remove_reference",
  remove_belongs_to: "remove_reference",
  timestamps: "add_timestamps",
  remove_timestamps: "remove_timestamps",
  index: "add_index",
  remove_index: "remove_index",
  rename_index: "rename_index",
  foreign_key: "add_foreign_key",
  remove_foreign_key: "remove_foreign_key",
  check_constraint: "add_check_constraint",
  remove_check_constraint: "remove_check_constraint",
  unique_constraint: "add_unique_constraint",
  unique_key: "add_unique_constraint",
  exclusion_constraint: "add_exclusion_constraint",
};

/** change_table: each call of its block is a change to the table. */
export function changeTable(call: Call, table: string, run: Run): void {
  inBlock(call, run, (one, inner) => alterOne(one, table, inner));
}

function alterOne(one: Call, table: string, run: Run): void {
  const verb = IN_BLOCK[one.name];
  const own = verb === undefined ? undefined : TABLE_VERBS[verb];
  if (verb !== undefined && own) {
    const first = { ...one, is: "text" as const, value: table, inner: one.from };
    const isMany = verb === "add_reference" || verb === "remove_reference";
    const lists = isMany
      ? one.args.filter((arg) => resolve(arg, run.scope).is !== "map").map((arg) => [arg])
      : [one.args];
    const options = optionsOf(one, run.scope);
    for (const args of lists)
      own({ ...one, name: verb, args: [first, ...args], named: options }, table, run);
    return;
  }
  const columns = columnsOfCall(one, run);
  if (columns === null) emitDynamic(run, one, `it calls ${one.name} with computed names`);
  for (const column of columns ?? []) {
    emit(run, one, { does: "add-column", table, column });
    emitWithColumn(one, table, [column], run);
  }
}

/** Walks a table's block: calls on its parameter are the table's, all others are read as anywhere. */
function inBlock(call: Call, run: Run, each: (one: Call, inner: Run) => void): void {
  const block = call.block ?? call.args.find((arg): arg is Callable => arg.is === "function");
  if (!block) return;
  const [parameter] = block.parameters;
  const scope = newScope(run.scope);
  for (const name of block.parameters) scope.values.set(name, null);
  const interpret: Run["interpret"] = (one, inner) => {
    if (one.on?.is !== "name" || one.on.name !== parameter) return run.interpret(one, inner);
    each(one, inner);
    return "read";
  };
  walk(block.body, { ...run, scope, interpret });
}
