import type { ConstraintKind } from "./operation";
import type { Call } from "./program";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { entryOf, optionsOf, resolve, textOf, textsOf, truthOf } from "./program-values";
import {
  type ColumnWords,
  columnOf,
  columnsIn,
  emitChange,
  emitConstraint,
  tableIn,
  textAt,
} from "./script-columns";

const WORDS: ColumnWords = {
  nullable: ["allowNull"],
  notNull: [],
  filled: ["defaultValue"],
  unique: ["unique"],
  primary: ["primaryKey"],
  refers: ["references"],
  size: [],
  // Sequelize hands these in with each row; functions too.
  filledByProgram: /^(UUIDV1|UUIDV4|NOW)$/,
  usualSize: 255,
  isNotNullUnlessSaid: false,
};

const HARMLESS =
  /^(describeTable|showAllTables|showAllSchemas|tableExists|literal|fn|col|STRING|TEXT|INTEGER|BIGINT|ENUM|DECIMAL|ARRAY|DATE|CHAR|FLOAT|VIRTUAL|commit|rollback|all|resolve|log|warn|error|info|require|getDialect|keys|includes|select)$/;

/** Reads one call of a Sequelize migration. */
export function interpretSequelize(call: Call, run: Run): Reading {
  const verb = Object.hasOwn(VERBS, call.name) ? VERBS[call.name] : undefined;
  if (verb) {
    const table = tableIn(call, 0, run);
    if (table !== null) verb(call, table, run);
    return "read";
  }
  if (call.name === "query") {
    emitSql(run, call, call.args[0]);
    return "read";
  }
  if (call.name === "transaction") return "wrapper";
  if (call.name === "dropAllTables") {
    emit(run, call, { does: "drop-schema", schema: "public" });
    return "read";
  }
  return HARMLESS.test(call.name) ? "harmless" : "unknown";
}

type Verb = (call: Call, table: string, run: Run) => void;

const addIndex: Verb = (call, table, run) => {
  const entries = optionsOf(call, run.scope);
  const given = call.args[1] && resolve(call.args[1], run.scope);
  const fields = given?.is === "list" ? given : entryOf(entries, "fields");
  const isUnique =
    truthOf(entryOf(entries, "unique"), run.scope) === true ||
    textOf(entryOf(entries, "type"), run.scope)?.toUpperCase() === "UNIQUE";
  const name = textOf(entryOf(entries, "name"), run.scope);
  emit(run, call, {
    does: "add-index",
    table,
    name,
    isUnique,
    columns: textsOf(fields, run.scope) ?? [],
  });
};

const KINDS: Record<string, ConstraintKind> = {
  unique: "unique",
  check: "check",
  "foreign key": "foreign-key",
  "primary key": "primary-key",
};

const VERBS: Record<string, Verb> = {
  createTable: (call, table, run) => {
    const columns = columnsIn(call.args[1], WORDS, run);
    emit(run, call, { does: "create-table", table, columns: columns ?? [], ifNotExists: false });
  },
  dropTable: (call, table, run) => emit(run, call, { does: "drop-table", table }),
  renameTable: (call, table, run) => {
    const to = tableIn(call, 1, run);
    if (to !== null) emit(run, call, { does: "rename-table", table, to });
  },
  addColumn: (call, table, run) => {
    const name = textAt(call, 1, run);
    const [, , definition] = call.args;
    if (name === null) return;
    if (!definition) emitDynamic(run, call, "the column is computed");
    else
      emit(run, call, {
        does: "add-column",
        table,
        column: columnOf(name, definition, WORDS, run),
      });
  },
  removeColumn: (call, table, run) => {
    const column = textAt(call, 1, run);
    if (column !== null) emit(run, call, { does: "drop-column", table, column });
  },
  renameColumn: (call, table, run) => {
    const [column, to] = [textAt(call, 1, run), textAt(call, 2, run)];
    if (column !== null && to !== null)
      emit(run, call, { does: "rename-column", table, column, to });
  },
  changeColumn: (call, table, run) => {
    const name = textAt(call, 1, run);
    const [, , definition] = call.args;
    if (name === null) return;
    if (!definition) return emitDynamic(run, call, "the column is computed");
    const column = columnOf(name, definition, WORDS, run);
    emitChange(call, table, column, column.isFilled ? true : null, run);
  },
  addIndex,
  removeIndex: (call, _table, run) =>
    emit(run, call, { does: "drop-index", name: textOf(call.args[1], run.scope) ?? "" }),
  addConstraint: (call, table, run) => {
    const entries = optionsOf(call, run.scope);
    const kind = KINDS[textOf(entryOf(entries, "type"), run.scope)?.toLowerCase() ?? ""];
    const listed = textsOf(call.args[1], run.scope);
    const columns = textsOf(entryOf(entries, "fields"), run.scope) ?? listed ?? [];
    if (kind === undefined) {
      if (textOf(entryOf(entries, "type"), run.scope)?.toLowerCase() === "default")
        for (const column of columns) emit(run, call, { does: "set-default", table, column });
      else emitDynamic(run, call, "the constraint is computed");
      return;
    }
    emitConstraint(call, table, kind, textOf(entryOf(entries, "name"), run.scope), columns, run);
  },
  removeConstraint: (call, table, run) =>
    emit(run, call, { does: "drop-constraint", table, name: textOf(call.args[1], run.scope) }),
  bulkInsert: (call, table, run) =>
    emit(run, call, { does: "change-data", how: "insert", table, overwrites: false }),
  bulkUpdate: (call, table, run) =>
    emit(run, call, { does: "change-data", how: "update", table, overwrites: true }),
  bulkDelete: (call, table, run) =>
    emit(run, call, { does: "change-data", how: "delete", table, overwrites: true }),
  createSchema: (call, schema, run) => emit(run, call, { does: "create-schema", schema }),
  dropSchema: (call, schema, run) => emit(run, call, { does: "drop-schema", schema }),
  dropEnum: (call, type, run) => emit(run, call, { does: "drop-type", type }),
  createFunction: (call, name, run) =>
    emit(run, call, { does: "create-routine", name, replaces: false }),
  dropFunction: (call, name, run) => emit(run, call, { does: "drop-routine", name }),
};
