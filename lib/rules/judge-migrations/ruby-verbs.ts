import type { ConstraintKind } from "./operation";
import type { Call } from "./program";
import { emit, emitDynamic, emitSql, type Run } from "./program-run";
import { entryOf, option, optionsOf, resolve, textOf, textsOf, truthOf } from "./program-values";
import {
  columnsOfCall,
  emitWithColumn,
  NOTHING,
  nameFrom,
  namesFrom,
  railsColumn,
  railsType,
  referenceColumns,
  warnOfOpenOptions,
} from "./ruby-columns";

type Verb = (call: Call, table: string, run: Run) => void;

const has = (call: Call, key: string, run: Run) => {
  const value = option(call, key, run.scope);
  return value !== null && truthOf(value, run.scope) !== false;
};
const isFalse = (call: Call, key: string, run: Run) =>
  truthOf(option(call, key, run.scope), run.scope) === false;
const textFrom = (call: Call, key: string, run: Run) =>
  textOf(option(call, key, run.scope), run.scope);

const addColumn: Verb = (call, table, run) => {
  const name = nameFrom(call, 1, run);
  if (name === null) return;
  const column = railsColumn(
    name,
    textOf(call.args[2], run.scope),
    optionsOf(call, run.scope),
    run,
  );
  emit(run, call, { does: "add-column", table, column });
  emitWithColumn(call, table, [column], run);
  warnOfOpenOptions(call, run);
};

const removeColumns: Verb = (call, table, run) => {
  const isOne = call.name === "remove_column" || call.name === "remove";
  const names = namesFrom(isOne ? { ...call, args: call.args.slice(0, 2) } : call, 1, run);
  for (const column of names ?? []) emit(run, call, { does: "drop-column", table, column });
};

const addReference: Verb = (call, table, run) => {
  const name = nameFrom(call, 1, run);
  if (name === null) return;
  const columns = referenceColumns(name, optionsOf(call, run.scope), run);
  for (const column of columns) emit(run, call, { does: "add-column", table, column });
  emitWithColumn(call, table, columns, run);
  warnOfOpenOptions(call, run);
};

const removeReference: Verb = (call, table, run) => {
  const name = nameFrom(call, 1, run);
  if (name === null) return;
  emit(run, call, { does: "drop-column", table, column: `${name}_id` });
  if (has(call, "polymorphic", run))
    emit(run, call, { does: "drop-column", table, column: `${name}_type` });
};

const changeColumn: Verb = (call, table, run) => {
  const column = nameFrom(call, 1, run);
  if (column === null) return;
  const options = optionsOf(call, run.scope);
  const to = railsType(textOf(call.args[2], run.scope), options, run);
  emit(run, call, { does: "change-type", table, column, to, widens: null });
  const isNull = truthOf(entryOf(options, "null"), run.scope);
  if (isNull !== null)
    emit(run, call, { does: isNull ? "drop-not-null" : "set-not-null", table, column });
  setDefault(call, table, column, entryOf(options, "default"), run);
};

function setDefault(
  call: Call,
  table: string,
  column: string,
  value: Parameters<typeof resolve>[0] | null,
  run: Run,
): void {
  if (value === null) return;
  const isNone = resolve(value, run.scope).is === "nothing";
  emit(run, call, { does: isNone ? "drop-default" : "set-default", table, column });
}

const changeNull: Verb = (call, table, run) => {
  const column = nameFrom(call, 1, run);
  if (column === null) return;
  const isNull = truthOf(call.args[2], run.scope);
  if (isNull === null) emitDynamic(run, call, "whether it may be null is computed");
  else emit(run, call, { does: isNull ? "drop-not-null" : "set-not-null", table, column });
};

const changeDefault: Verb = (call, table, run) => {
  const column = nameFrom(call, 1, run);
  if (column === null) return;
  const value = option(call, "to", run.scope) ?? call.args[2] ?? null;
  setDefault(call, table, column, value, run);
};

const addIndex: Verb = (call, table, run) => {
  const columns = textsOf(call.args[1], run.scope) ?? [];
  const isUnique = has(call, "unique", run);
  emit(run, call, {
    does: "add-index",
    table,
    name: textFrom(call, "name", run),
    isUnique,
    columns,
  });
};

const removeIndex: Verb = (call, table, run) => {
  const columns = textsOf(option(call, "column", run.scope) ?? call.args[1], run.scope) ?? [];
  const name = textFrom(call, "name", run) ?? `index_${table}_on_${columns.join("_and_")}`;
  emit(run, call, { does: "drop-index", name });
};

const addConstraint =
  (kind: ConstraintKind): Verb =>
  (call, table, run) => {
    const given = kind === "foreign-key" ? option(call, "column", run.scope) : call.args[1];
    const referred = textOf(call.args[1], run.scope);
    const columns =
      kind === "check"
        ? []
        : (textsOf(given, run.scope) ??
          (kind === "foreign-key" && referred ? [`${singular(referred)}_id`] : []));
    emit(run, call, {
      does: "add-constraint",
      table,
      name: textFrom(call, "name", run),
      kind,
      columns,
      isNotValid: isFalse(call, "validate", run),
      text: kind === "check" ? textOf(call.args[1], run.scope) : null,
    });
  };

/** Good enough to name a column in a sentence: "users" → "user", "companies" → "company". */
const singular = (name: string) =>
  name.replace(/ies$/, "y").replace(/(ss|s)$/, (end) => (end === "ss" ? end : ""));

const dropConstraint: Verb = (call, table, run) => {
  emit(run, call, { does: "drop-constraint", table, name: textFrom(call, "name", run) });
};

const validate: Verb = (call, table, run) => {
  const name = textFrom(call, "name", run) ?? textOf(call.args[1], run.scope) ?? "";
  emit(run, call, { does: "validate-constraint", table, name });
};

const timestamps: Verb = (call, table, run) => {
  for (const column of columnsOfCall({ ...call, name: "timestamps" }, run) ?? [])
    emit(run, call, { does: "add-column", table, column });
};

const removeTimestamps: Verb = (call, table, run) => {
  for (const column of ["created_at", "updated_at"])
    emit(run, call, { does: "drop-column", table, column });
};

const renameColumn: Verb = (call, table, run) => {
  const [column, to] = [nameFrom(call, 1, run), nameFrom(call, 2, run)];
  if (column !== null && to !== null) emit(run, call, { does: "rename-column", table, column, to });
};

const nothing: Verb = (call, _table, run) => emit(run, call, NOTHING);

/** What Active Record and the gems around it do to one table, by the name of the method. */
export const TABLE_VERBS: Record<string, Verb> = {
  add_column: addColumn,
  add_columns: (call, table, run) => {
    const type = textFrom(call, "type", run);
    for (const name of namesFrom(call, 1, run) ?? [])
      emit(run, call, {
        does: "add-column",
        table,
        column: railsColumn(name, type, optionsOf(call, run.scope), run),
      });
  },
  remove_column: removeColumns,
  remove_columns: removeColumns,
  rename_column: renameColumn,
  change_column: changeColumn,
  change_column_null: changeNull,
  change_column_default: changeDefault,
  change_column_comment: nothing,
  change_table_comment: nothing,
  add_reference: addReference,
  add_belongs_to: addReference,
  remove_reference: removeReference,
  remove_belongs_to: removeReference,
  add_timestamps: timestamps,
  remove_timestamps: removeTimestamps,
  add_index: addIndex,
  add_concurrent_index: addIndex,
  remove_index: removeIndex,
  remove_concurrent_index: removeIndex,
  remove_concurrent_index_by_name: removeIndex,
  rename_index: (call, _table, run) => {
    const [name, to] = [textOf(call.args[1], run.scope), textOf(call.args[2], run.scope)];
    emit(run, call, name && to ? { does: "rename-unseen", name, to } : NOTHING);
  },
  add_foreign_key: addConstraint("foreign-key"),
  add_concurrent_foreign_key: addConstraint("foreign-key"),
  add_check_constraint: addConstraint("check"),
  add_unique_constraint: addConstraint("unique"),
  add_unique_key: addConstraint("unique"),
  add_exclusion_constraint: addConstraint("exclusion"),
  remove_foreign_key: dropConstraint,
  remove_foreign_key_if_exists: dropConstraint,
  remove_check_constraint: dropConstraint,
  remove_unique_constraint: dropConstraint,
  remove_unique_key: dropConstraint,
  remove_exclusion_constraint: dropConstraint,
  validate_foreign_key: validate,
  validate_check_constraint: validate,
  validate_constraint: validate,
  validate_not_null_constraint: validate,
  add_not_null_constraint: (call, table, run) => {
    const column = nameFrom(call, 1, run);
    if (column !== null) emit(run, call, { does: "set-not-null", table, column });
  },
  remove_not_null_constraint: (call, table, run) => {
    const column = nameFrom(call, 1, run);
    if (column !== null) emit(run, call, { does: "drop-not-null", table, column });
  },
};

/** A statement in SQL. */
export function executes(call: Call, run: Run): void {
  emitSql(run, call, call.args[0]);
}
