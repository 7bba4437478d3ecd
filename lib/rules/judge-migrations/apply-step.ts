import { applyColumnStep } from "./apply-column-step";
import { applyGuardStep } from "./apply-guard-step";
import { applyThingStep } from "./apply-thing-step";
import { withDomain } from "./domain-of";
import type { Operation } from "./operation";
import {
  columnNamed,
  newColumn,
  newTable,
  type Of,
  type SchemaState,
  tableNamed,
  thingNamed,
} from "./schema-state";

/** A table without a schema, in the schema that the file set before: the one that was made there. */
function inItsSchema(state: SchemaState, by: Operation): Operation {
  if (by.searchPath === undefined || !("table" in by) || !by.table || by.table.includes(".")) {
    return by;
  }
  const named = by.searchPath.map((schema) => `${schema}.${by.table}`);
  const table =
    by.does === "create-table"
      ? named[0]
      : (named.find((name) => state.tables.some((one) => one.gone === null && one.name === name)) ??
        (named.length === 1 ? named[0] : undefined));
  return table === undefined ? by : { ...by, table };
}

/** A column that the migrations made gets the rules of a domain with its type. */
function changeType(state: SchemaState, by: Of<"change-type">): void {
  const table = tableNamed(state, by.table);
  applyColumnStep(table, toSameName(state, by));
  const { column } = columnNamed(table, by.column, by);
  if (column !== null) Object.assign(column, withDomain(state, { ...column, type: by.to }));
}

/** CASCADE takes the defaults away that call what is dropped. */
function dropDefaults(state: SchemaState, name: string, by: Operation): void {
  for (const table of state.tables) {
    for (const { column, name: own } of table.columns) {
      if (!column?.draws?.includes(name)) continue;
      applyColumnStep(table, { ...by, does: "drop-default", table: table.name, column: own });
    }
  }
}

/** RENAME TO state_old, CREATE TYPE state, then the columns: the text tells only what the type is now. */
function toSameName(state: SchemaState, by: Of<"change-type">): Of<"change-type"> {
  const isNew = by.to !== null && thingNamed(state, "type", by.to)?.origin === null;
  const isBeside = state.things.some(
    ({ kind, origin, name, gone }) =>
      kind === "type" && gone === null && origin === by.to && name !== origin,
  );
  return isNew && isBeside ? { ...by, widens: null, isOfSameName: true } : by;
}

/** Follows one operation through: what it makes, renames or drops, in the order of the migrations. */
export function applyStep(state: SchemaState, given: Operation): void {
  const by = inItsSchema(state, given);
  switch (by.does) {
    case "create-table": {
      // IF NOT EXISTS: new, as migrations mean it, unless an earlier step spoke of the table.
      if (state.tables.some(({ gone, name }) => gone === null && name === by.table)) return;
      const table = newTable(by.table, by);
      table.columns.push(...by.columns.map((column) => newColumn(column.name, by, { ...column })));
      state.tables.push(table);
      return;
    }
    case "drop-table":
      tableNamed(state, by.table).gone = by;
      return;
    case "rename-table": {
      const table = tableNamed(state, by.table);
      table.name = by.to;
      table.moved = by;
      return;
    }
    case "add-column":
      applyColumnStep(tableNamed(state, by.table), {
        ...by,
        column: withDomain(state, by.column),
      });
      return;
    case "change-type":
      changeType(state, by);
      return;
    case "drop-column":
    case "rename-column":
    case "redefine-column":
    case "set-not-null":
    case "drop-not-null":
    case "set-default":
    case "drop-default":
      applyColumnStep(tableNamed(state, by.table), by);
      return;
    case "add-constraint":
    case "drop-constraint":
    case "validate-constraint":
    case "add-index":
    case "drop-index":
    case "rename-unseen":
      applyGuardStep(state, by);
      return;
    case "change-data": {
      const table = tableNamed(state, by.table);
      if (by.from !== undefined && by.how === "insert" && table.origin === null) {
        table.filledFrom = { table: tableNamed(state, by.from), columns: by.columns ?? [] };
      }
      const written = (by.columns ?? []).map((name) => columnNamed(table, name, by));
      const isOnNewColumns = written.length > 0 && written.every(({ origin }) => origin === null);
      state.others.push({ by, table, isOnNewColumns });
      return;
    }
    case "restrict-writes": {
      const table = by.table === null ? null : tableNamed(state, by.table);
      state.others.push({ by, table, isOnNewColumns: false });
      return;
    }
    case "restrict-access": {
      const table = state.tables.find(({ gone, name }) => gone === null && name === by.object);
      state.others.push({ by, table: table ?? null, isOnNewColumns: false });
      return;
    }
    case "drop-database":
    case "keep-both":
    case "dynamic":
    case "unreadable":
      state.others.push({ by, table: null, isOnNewColumns: false });
      return;
    case "nothing":
      return;
    case "drop-sequence":
    case "drop-routine":
      applyThingStep(state, by);
      if (by.cascades) dropDefaults(state, by.name, by);
      return;
    default:
      applyThingStep(state, by);
  }
}
