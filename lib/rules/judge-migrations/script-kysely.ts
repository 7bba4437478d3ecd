import type { Column, ConstraintKind } from "./operation";
import type { Call, Expression, Statement } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { resolve, textOf, textsOf } from "./program-values";
import { scriptType, tableIn, textAt } from "./script-columns";

const HARMLESS =
  /^(execute|executeTakeFirst|schema|on|column|columns|unique|using|where|ifExists|ifNotExists|cascade|selectFrom|select|selectAll|values|set|raw|ref|val|onConflict|doNothing|returning|compile|log|require|all|withSchema|expression)$/;

/** Reads one call of a Kysely migration: a chain that begins with the table and ends with `execute`. */
export function interpretKysely(call: Call, run: Run): Reading {
  // Only the whole chain is read; its calls are its parts.
  if (call.name === "execute" && call.on?.is === "call") return readChain(call, run);
  return HARMLESS.test(call.name) ? "harmless" : "unknown";
}

function readChain(call: Call, run: Run): Reading {
  const links: Call[] = [];
  for (let now: Expression | null = call.on; now?.is === "call"; now = now.on) links.unshift(now);
  const [first, ...rest] = links;
  if (!first) return "unknown";
  if (first.name === "sql" || first.name === "raw") {
    emitSql(run, call, first.args[0]);
    return "read";
  }
  const verb = VERBS[first.name];
  if (!Object.hasOwn(VERBS, first.name) || !verb) return "unknown";
  const name = tableIn(first, 0, run);
  if (name !== null) verb(first, rest, name, run);
  return "read";
}

type Verb = (first: Call, rest: Call[], name: string, run: Run) => void;

const alterTable: Verb = (first, rest, table, run) => {
  for (const one of rest) alterOne(one, table, run);
  if (rest.length === 0) emitDynamic(run, first, "what it does to the table is computed");
};

const CONSTRAINTS: Record<string, ConstraintKind> = {
  addUniqueConstraint: "unique",
  addForeignKeyConstraint: "foreign-key",
  addCheckConstraint: "check",
  addPrimaryKeyConstraint: "primary-key",
};

function alterOne(one: Call, table: string, run: Run): void {
  const kind = CONSTRAINTS[one.name];
  if (kind) {
    const name = textOf(one.args[0], run.scope);
    const columns = kind === "check" ? [] : (textsOf(one.args[1], run.scope) ?? []);
    emit(run, one, {
      does: "add-constraint",
      table,
      name,
      kind,
      columns,
      isNotValid: false,
      text: null,
    });
    return;
  }
  if (HARMLESS.test(one.name)) return;
  const column = textAt(one, 0, run);
  if (column === null) return;
  switch (one.name) {
    case "addColumn":
      emit(run, one, { does: "add-column", table, column: columnOf(one, column, run) });
      return;
    case "modifyColumn": {
      const made = columnOf(one, column, run);
      emit(run, one, { does: "redefine-column", table, column: made, widens: null });
      return;
    }
    case "dropColumn":
      emit(run, one, { does: "drop-column", table, column });
      return;
    case "renameColumn":
      emit(run, one, { does: "rename-column", table, column, to: textAt(one, 1, run) ?? "" });
      return;
    case "alterColumn":
      alterColumn(one, table, column, run);
      return;
    case "renameTo":
      emit(run, one, { does: "rename-table", table, to: column });
      return;
    case "setSchema":
      emit(run, one, { does: "rename-table", table, to: `${column}.${table}` });
      return;
    case "dropConstraint":
      emit(run, one, { does: "drop-constraint", table, name: column });
      return;
    case "addIndex":
    case "dropIndex":
      emit(run, one, { does: "nothing" });
      return;
    default:
      emitDynamic(run, one, `it calls ${one.name}, which isn't known`);
  }
}

/** The calls that a column's callback makes: (col) => col.notNull().defaultTo(0). */
function linksIn(expression: Expression | undefined): Call[] {
  if (expression?.is !== "function") return [];
  const values = expression.body.flatMap((one: Statement) =>
    (one.is === "give" || one.is === "do") && one.value ? [one.value] : [],
  );
  const links: Call[] = [];
  for (const value of values)
    for (let now: Expression | null = value; now?.is === "call"; now = now.on) links.unshift(now);
  return links;
}

function columnOf(call: Call, name: string, run: Run): Column {
  const links = linksIn(call.args[2]);
  const has = (word: string) => links.some((link) => link.name === word);
  const type = scriptType(call.args[1] ?? null, null, run);
  const filled = links.findLast((link) => link.name === "defaultTo")?.args[0];
  const constraints: ConstraintKind[] = [];
  if (has("unique")) constraints.push("unique");
  if (has("primaryKey")) constraints.push("primary-key");
  if (has("references")) constraints.push("foreign-key");
  if (has("check")) constraints.push("check");
  if (call.args.length > 2 && call.args[2]?.is !== "function")
    emitDynamic(run, call, "the column's definition is computed");
  return {
    name,
    type,
    isNotNull: has("notNull") || has("primaryKey"),
    isFilled:
      /serial/.test(type ?? "") ||
      (filled !== undefined && resolve(filled, run.scope).is !== "nothing") ||
      ["generatedAlwaysAs", "autoIncrement", "identity"].some(has) ||
      links.some((link) => link.name.startsWith("generated")),
    constraints,
    ...(isMadeForEachRow(filled, run.scope) ? { isFilledAlike: false } : {}),
    ...(has("generatedAlwaysAs") ? { isComputed: true } : {}),
  };
}

function alterColumn(call: Call, table: string, column: string, run: Run): void {
  const links = linksIn(call.args[1]);
  for (const link of links) {
    if (link.name === "setNotNull") emit(run, call, { does: "set-not-null", table, column });
    else if (link.name === "dropNotNull") emit(run, call, { does: "drop-not-null", table, column });
    else if (link.name === "setDefault") emit(run, call, { does: "set-default", table, column });
    else if (link.name === "dropDefault") emit(run, call, { does: "drop-default", table, column });
    else if (link.name === "setDataType") {
      const to = scriptType(link.args[0] ?? null, null, run);
      emit(run, call, { does: "change-type", table, column, to, widens: null });
    } else emitDynamic(run, call, `it calls ${link.name}, which isn't known`);
  }
  if (links.length === 0) emitDynamic(run, call, "what it does to the column is computed");
}

const VERBS: Record<string, Verb> = {
  alterTable,
  createTable: (first, rest, table, run) => {
    const columns = rest.flatMap((one) => {
      const name = one.name === "addColumn" ? textOf(one.args[0], run.scope) : null;
      return name === null ? [] : [columnOf(one, name, run)];
    });
    const ifNotExists = rest.some(({ name }) => name === "ifNotExists");
    emit(run, first, { does: "create-table", table, columns, ifNotExists });
  },
  dropTable: (first, _rest, table, run) => emit(run, first, { does: "drop-table", table }),
  createIndex: (first, rest, name, run) => {
    const on = rest.find((one) => one.name === "on");
    const columns = rest.flatMap((one) =>
      one.name === "column" || one.name === "columns"
        ? (textsOf(one.args[0], run.scope) ?? [])
        : [],
    );
    const table = textOf(on?.args[0], run.scope) ?? "";
    const isUnique = rest.some((one) => one.name === "unique");
    emit(run, first, { does: "add-index", table, name, isUnique, columns });
  },
  dropIndex: (first, _rest, name, run) => emit(run, first, { does: "drop-index", name }),
  createView: (first, rest, view, run) =>
    emit(run, first, {
      does: "create-view",
      view,
      replaces: rest.some(({ name }) => name === "orReplace"),
    }),
  dropView: (first, _rest, view, run) => emit(run, first, { does: "drop-view", view }),
  createType: (first, _rest, type, run) => emit(run, first, { does: "create-type", type }),
  dropType: (first, _rest, type, run) => emit(run, first, { does: "drop-type", type }),
  createSchema: (first, _rest, schema, run) => emit(run, first, { does: "create-schema", schema }),
  dropSchema: (first, _rest, schema, run) => emit(run, first, { does: "drop-schema", schema }),
  insertInto: (first, _rest, table, run) =>
    emit(run, first, { does: "change-data", how: "insert", table, overwrites: false }),
  updateTable: (first, _rest, table, run) =>
    emit(run, first, { does: "change-data", how: "update", table, overwrites: true }),
  deleteFrom: (first, _rest, table, run) =>
    emit(run, first, { does: "change-data", how: "delete", table, overwrites: true }),
};
