import type { ConstraintKind } from "./operation";
import type { Call } from "./program";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { entryOf, optionsOf, resolve, textOf, textsOf, truthOf } from "./program-values";
import {
  type ColumnWords,
  columnsIn,
  emitConstraint,
  scriptType,
  tableIn,
  textAt,
  textsFrom,
} from "./script-columns";

const WORDS: ColumnWords = {
  nullable: [],
  notNull: ["notNull"],
  filled: ["default"],
  unique: ["unique"],
  primary: ["primaryKey"],
  refers: ["references"],
  size: [],
  usualSize: null,
  isNotNullUnlessSaid: false,
};

const HARMLESS =
  /^(func|noTransaction|createExtension|addExtension|literal|log|info|require|createSequence|grantOnTables)$/;

/** Reads one call of a node-pg-migrate migration. */
export function interpretPgMigrate(call: Call, run: Run): Reading {
  if (call.name === "sql") {
    emitSql(run, call, call.args[0]);
    return "read";
  }
  const verb = Object.hasOwn(VERBS, call.name) ? VERBS[call.name] : undefined;
  if (!verb) return HARMLESS.test(call.name) ? "harmless" : "unknown";
  const table = tableIn(call, 0, run);
  if (table !== null) verb(call, table, run);
  return "read";
}

type Verb = (call: Call, table: string, run: Run) => void;

const addColumns: Verb = (call, table, run) => {
  const columns = columnsIn(call.args[1], WORDS, run);
  if (columns === null) emitDynamic(run, call, "the columns are computed");
  for (const column of columns ?? []) emit(run, call, { does: "add-column", table, column });
};

const dropColumns: Verb = (call, table, run) => {
  for (const column of textsFrom({ ...call, args: call.args.slice(0, 2) }, 1, run))
    emit(run, call, { does: "drop-column", table, column });
};

const alterColumn: Verb = (call, table, run) => {
  const column = textAt(call, 1, run);
  if (column === null) return;
  const entries = optionsOf(call, run.scope);
  const type = entryOf(entries, "type");
  if (type)
    emit(run, call, {
      does: "change-type",
      table,
      column,
      to: scriptType(type, null, run),
      widens: null,
    });
  const notNull = truthOf(entryOf(entries, "notNull"), run.scope);
  const isNull =
    truthOf(entryOf(entries, "allowNull"), run.scope) ?? (notNull === null ? null : !notNull);
  if (isNull !== null)
    emit(run, call, { does: isNull ? "drop-not-null" : "set-not-null", table, column });
  const filled = entryOf(entries, "default");
  if (filled)
    emit(run, call, {
      does: resolve(filled, run.scope).is === "nothing" ? "drop-default" : "set-default",
      table,
      column,
    });
};

const KINDS: [string, ConstraintKind][] = [
  ["unique", "unique"],
  ["check", "check"],
  ["foreignKeys", "foreign-key"],
  ["primaryKey", "primary-key"],
  ["exclude", "exclusion"],
];

const addConstraint: Verb = (call, table, run) => {
  const name = textOf(call.args[1], run.scope);
  const entries = optionsOf(call, run.scope);
  const sql = textOf(call.args[2], run.scope);
  if (sql !== null) {
    const text = {
      ...call,
      is: "text" as const,
      inner: call.from,
      value: `ALTER TABLE ${table} ADD ${name ? `CONSTRAINT "${name}" ` : ""}${sql}`,
    };
    return emitSql(run, call, text);
  }
  const found = KINDS.filter(([key]) => entryOf(entries, key) !== null);
  for (const [key, kind] of found) {
    const given = entryOf(entries, key);
    const text = kind === "check" ? textOf(given, run.scope) : null;
    emitConstraint(
      call,
      table,
      kind,
      name,
      kind === "unique" ? (textsOf(given, run.scope) ?? []) : [],
      run,
      text,
    );
  }
  if (found.length === 0) emitDynamic(run, call, "the constraint is computed");
};

const VERBS: Record<string, Verb> = {
  createTable: (call, table, run) => {
    const columns = columnsIn(call.args[1], WORDS, run) ?? [];
    const ifNotExists =
      truthOf(entryOf(optionsOf(call, run.scope), "ifNotExists"), run.scope) === true;
    emit(run, call, { does: "create-table", table, columns, ifNotExists });
  },
  dropTable: (call, table, run) => emit(run, call, { does: "drop-table", table }),
  renameTable: (call, table, run) => {
    const to = textAt(call, 1, run);
    if (to !== null) emit(run, call, { does: "rename-table", table, to });
  },
  addColumn: addColumns,
  addColumns,
  dropColumn: dropColumns,
  dropColumns,
  renameColumn: (call, table, run) => {
    const [column, to] = [textAt(call, 1, run), textAt(call, 2, run)];
    if (column !== null && to !== null)
      emit(run, call, { does: "rename-column", table, column, to });
  },
  alterColumn,
  addConstraint,
  createConstraint: addConstraint,
  dropConstraint: (call, table, run) =>
    emit(run, call, { does: "drop-constraint", table, name: textOf(call.args[1], run.scope) }),
  createIndex: (call, table, run) => {
    const entries = optionsOf(call, run.scope);
    const isUnique = truthOf(entryOf(entries, "unique"), run.scope) === true;
    const columns = textsOf(call.args[1], run.scope) ?? [];
    emit(run, call, {
      does: "add-index",
      table,
      name: textOf(entryOf(entries, "name"), run.scope),
      isUnique,
      columns,
    });
  },
  dropIndex: (call, _table, run) =>
    emit(run, call, {
      does: "drop-index",
      name: textOf(entryOf(optionsOf(call, run.scope), "name"), run.scope) ?? "",
    }),
  createType: (call, type, run) => emit(run, call, { does: "create-type", type }),
  dropType: (call, type, run) => emit(run, call, { does: "drop-type", type }),
  addTypeValue: (call, type, run) =>
    emit(run, call, { does: "add-enum-value", type, value: textOf(call.args[1], run.scope) ?? "" }),
  dropView: (call, view, run) => emit(run, call, { does: "drop-view", view }),
  createView: (call, view, run) => emit(run, call, { does: "create-view", view, replaces: false }),
  createSchema: (call, schema, run) => emit(run, call, { does: "create-schema", schema }),
  dropSchema: (call, schema, run) => emit(run, call, { does: "drop-schema", schema }),
};
