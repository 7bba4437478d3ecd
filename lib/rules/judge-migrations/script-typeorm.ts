import type { Column, ConstraintKind } from "./operation";
import type { Call, Entry, Expression } from "./program";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { widensBetween } from "./program-types";
import { entryOf, resolve, textOf, textsOf, truthOf } from "./program-values";
import { type ColumnWords, columnOf, emitConstraint, textAt } from "./script-columns";

const WORDS: ColumnWords = {
  nullable: ["isNullable"],
  notNull: [],
  filled: ["default"],
  unique: ["isUnique"],
  primary: ["isPrimary"],
  refers: [],
  size: ["length"],
  isFilledBySql: true,
  usualSize: null,
  // A TableColumn that doesn't say may not be null.
  isNotNullUnlessSaid: true,
};

const HARMLESS =
  /^(getTable|getTables|hasTable|hasColumn|hasSchema|hasDatabase|getView|startTransaction|commitTransaction|rollbackTransaction|release|connect|log|warn|error|info|find|findColumnByName|some|includes|all|resolve|getDatabases|getSchemas|Table[A-Z]\w*|Table|Error|require)$/;

/** Reads one call of a TypeORM migration. */
export function interpretTypeorm(call: Call, run: Run): Reading {
  const verb = Object.hasOwn(VERBS, call.name) ? VERBS[call.name] : undefined;
  if (call.name === "query") {
    emitSql(run, call, call.args[0]);
    return "read";
  }
  if (verb) {
    const table = nameIn(call.args[0], run);
    if (table === null) emitDynamic(run, call, "the table's name is computed");
    else verb(call, table, run);
    return "read";
  }
  if (call.name === "transaction") return "wrapper";
  return HARMLESS.test(call.name) ? "harmless" : "unknown";
}

type Verb = (call: Call, table: string, run: Run) => void;

/** new Table({ name: … }), { name: … } or "…". */
function nameIn(expression: Expression | undefined, run: Run): string | null {
  const entries = entriesOf(expression, run);
  if (entries === null) return textOf(expression, run.scope);
  const name = textOf(entryOf(entries, "name"), run.scope);
  const schema = textOf(entryOf(entries, "schema"), run.scope);
  return name !== null && schema !== null ? `${schema}.${name}` : name;
}

/** The properties given to new TableColumn({ … }) and its kin, or of the object itself. */
function entriesOf(expression: Expression | undefined, run: Run): Entry[] | null {
  const value = expression && resolve(expression, run.scope);
  const given = value?.is === "call" ? value.args[0] : value;
  const map = given && resolve(given, run.scope);
  return map?.is === "map" ? map.entries : null;
}

function columnIn(expression: Expression, run: Run): Column | null {
  const value = resolve(expression, run.scope);
  const definition = value.is === "call" ? value.args[0] : value;
  const name = nameIn(expression, run);
  return definition && name !== null && entriesOf(expression, run) !== null
    ? columnOf(name, definition, WORDS, run)
    : null;
}

const itemsOf = (expression: Expression | undefined, run: Run): Expression[] => {
  const value = expression && resolve(expression, run.scope);
  if (value?.is === "list") return value.items;
  return value ? [value] : [];
};

const addColumns: Verb = (call, table, run) => {
  for (const item of itemsOf(call.args[1], run)) {
    const column = columnIn(item, run);
    if (column) emit(run, call, { does: "add-column", table, column });
    else emitDynamic(run, call, "the column is computed");
  }
};

const dropColumns: Verb = (call, table, run) => {
  for (const item of itemsOf(call.args[1], run)) {
    const column = nameIn(item, run);
    if (column !== null) emit(run, call, { does: "drop-column", table, column });
    else emitDynamic(run, call, "the column's name is computed");
  }
};

const renameColumn: Verb = (call, table, run) => {
  const [, old, now] = call.args;
  const [column, to] = [nameIn(old, run), nameIn(now, run)];
  if (column === null || to === null) emitDynamic(run, call, "the column's name is computed");
  else emit(run, call, { does: "rename-column", table, column, to });
};

/** changeColumn(table, old, new): the old column by name tells nothing of what it was. */
const changeColumn: Verb = (call, table, run) => {
  const [, old, now] = call.args;
  const name = nameIn(old, run);
  const column = now ? columnIn(now, run) : null;
  if (name === null || column === null) return emitDynamic(run, call, "the column is computed");
  const was = old ? columnIn(old, run) : null;
  if (name !== column.name)
    emit(run, call, { does: "rename-column", table, column: name, to: column.name });
  const at = { table, column: column.name };
  if (was?.type !== column.type || was.type === null)
    emit(run, call, {
      does: "change-type",
      ...at,
      to: column.type,
      widens: widensBetween(was?.type ?? null, column.type),
    });
  if (was?.isNotNull !== column.isNotNull)
    emit(run, call, { does: column.isNotNull ? "set-not-null" : "drop-not-null", ...at });
  if (was && was.isFilled !== column.isFilled)
    emit(run, call, { does: column.isFilled ? "set-default" : "drop-default", ...at });
  if (column.constraints.includes("unique") && !was?.constraints.includes("unique"))
    emitConstraint(call, table, "unique", null, [column.name], run);
};

const addConstraints =
  (kind: ConstraintKind): Verb =>
  (call, table, run) => {
    for (const item of itemsOf(call.args[1], run)) {
      const entries = entriesOf(item, run);
      const plain = kind === "primary-key" ? textsOf(call.args[1], run.scope) : null;
      const columns = plain ?? textsOf(entryOf(entries ?? [], "columnNames"), run.scope) ?? [];
      const text =
        kind === "check" ? textOf(entryOf(entries ?? [], "expression"), run.scope) : null;
      emitConstraint(
        call,
        table,
        kind,
        textOf(entryOf(entries ?? [], "name"), run.scope),
        columns,
        run,
        text,
      );
      if (plain) return;
    }
  };

const dropConstraints: Verb = (call, table, run) => {
  for (const item of itemsOf(call.args[1], run))
    emit(run, call, { does: "drop-constraint", table, name: nameIn(item, run) });
  if (call.args.length < 2) emit(run, call, { does: "drop-constraint", table, name: null });
};

const addIndexes: Verb = (call, table, run) => {
  for (const item of itemsOf(call.args[1], run)) {
    const entries = entriesOf(item, run) ?? [];
    emit(run, call, {
      does: "add-index",
      table,
      name: textOf(entryOf(entries, "name"), run.scope),
      isUnique: truthOf(entryOf(entries, "isUnique"), run.scope) === true,
      columns: textsOf(entryOf(entries, "columnNames"), run.scope) ?? [],
    });
  }
};

const VERBS: Record<string, Verb> = {
  createTable: (call, table, run) => {
    const list = entryOf(entriesOf(call.args[0], run) ?? [], "columns");
    const columns = itemsOf(list ?? undefined, run).flatMap((item) => columnIn(item, run) ?? []);
    const ifNotExists = truthOf(call.args[1], run.scope) === true;
    emit(run, call, { does: "create-table", table, columns, ifNotExists });
  },
  dropTable: (call, table, run) => emit(run, call, { does: "drop-table", table }),
  renameTable: (call, table, run) => {
    const to = textAt(call, 1, run);
    if (to !== null) emit(run, call, { does: "rename-table", table, to });
  },
  clearTable: (call, table, run) =>
    emit(run, call, { does: "change-data", how: "truncate", table, overwrites: true }),
  addColumn: addColumns,
  addColumns,
  dropColumn: dropColumns,
  dropColumns,
  renameColumn,
  changeColumn,
  changeColumns: (call, _table, run) =>
    emitDynamic(run, call, "it changes several columns at once"),
  createIndex: addIndexes,
  createIndices: addIndexes,
  dropIndex: (call, _table, run) =>
    emit(run, call, { does: "drop-index", name: nameIn(call.args[1], run) ?? "" }),
  dropIndices: (call, _table, run) => emit(run, call, { does: "drop-index", name: "" }),
  createForeignKey: addConstraints("foreign-key"),
  createForeignKeys: addConstraints("foreign-key"),
  createUniqueConstraint: addConstraints("unique"),
  createUniqueConstraints: addConstraints("unique"),
  createCheckConstraint: addConstraints("check"),
  createCheckConstraints: addConstraints("check"),
  createExclusionConstraint: addConstraints("exclusion"),
  createPrimaryKey: addConstraints("primary-key"),
  updatePrimaryKeys: addConstraints("primary-key"),
  dropForeignKey: dropConstraints,
  dropForeignKeys: dropConstraints,
  dropUniqueConstraint: dropConstraints,
  dropUniqueConstraints: dropConstraints,
  dropCheckConstraint: dropConstraints,
  dropCheckConstraints: dropConstraints,
  dropExclusionConstraint: dropConstraints,
  dropPrimaryKey: dropConstraints,
  createSchema: (call, schema, run) => emit(run, call, { does: "create-schema", schema }),
  dropSchema: (call, schema, run) => emit(run, call, { does: "drop-schema", schema }),
  dropDatabase: (call, database, run) => emit(run, call, { does: "drop-database", database }),
  createView: (call, view, run) => emit(run, call, { does: "create-view", view, replaces: false }),
  dropView: (call, view, run) => emit(run, call, { does: "drop-view", view }),
};
