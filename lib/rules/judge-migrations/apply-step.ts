import { applyColumnStep } from "./apply-column-step";
import { applyGuardStep } from "./apply-guard-step";
import { applyThingStep } from "./apply-thing-step";
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
      : named.find((name) => state.tables.some((one) => one.gone === null && one.name === name));
  return table === undefined ? by : { ...by, table };
}

/** A column of a domain that takes no NULL takes none either. */
function ofDomain(state: SchemaState, by: Of<"add-column">): Of<"add-column"> {
  const { column } = by;
  if (column.type === null || column.isFilled || column.isNotNull) return by;
  const made = thingNamed(state, "type", column.type)?.made;
  if (made?.does !== "create-type" || !made.refusesNull) return by;
  return { ...by, column: { ...column, isNotNull: true } };
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
      applyColumnStep(tableNamed(state, by.table), ofDomain(state, by));
      return;
    case "drop-column":
    case "rename-column":
    case "change-type":
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
    default:
      applyThingStep(state, by);
  }
}
