import type { GuardState, Of, SchemaState, TableState } from "./schema-state";
import { columnNamed, tableNamed } from "./schema-state";

type GuardStep =
  | Of<"add-constraint">
  | Of<"drop-constraint">
  | Of<"validate-constraint">
  | Of<"add-index">
  | Of<"drop-index">
  | Of<"rename-unseen">;

/** Follows constraints and indexes: what is made and dropped among the migrations is nothing. */
export function applyGuardStep(state: SchemaState, by: GuardStep): void {
  switch (by.does) {
    case "add-constraint":
    case "add-index": {
      const table = tableNamed(state, by.table);
      // A column that it speaks of is there: of a table, that may tell that the table was, too.
      for (const column of by.columns) if (column !== "") columnNamed(table, column, by);
      const name = by.name ?? impliedName(by);
      const replaces = table.dropped.has(name) || state.droppedIndexes.has(name);
      table.guards.push({ name, by, gone: false, replaces });
      return;
    }
    case "drop-constraint": {
      const table = tableNamed(state, by.table);
      if (by.name !== null) drop(table, by.name, by);
      return;
    }
    case "drop-index": {
      const name = by.name.slice(by.name.lastIndexOf(".") + 1);
      const schema = schemaOf(by.name);
      const tables =
        by.table === undefined
          ? state.tables.filter((table) => schemaOf(table.name) === schema)
          : [tableNamed(state, by.table)];
      const guard = tables
        .flatMap(({ guards }) => guards)
        .find((one) => isLive(one, name) && isIndex(one, by.table !== undefined));
      // An index that became a constraint bears that one's name now, and stays.
      const isConstraint = tables.some(({ guards }) =>
        guards.some(
          (one) =>
            !one.gone &&
            one.by.does === "add-constraint" &&
            one.by.usingIndex === name &&
            one.name !== name,
        ),
      );
      if (isConstraint) return;
      if (guard) guard.gone = true;
      else if (by.table !== undefined) tableNamed(state, by.table).dropped.set(name, by);
      else state.droppedIndexes.set(name, by);
      return;
    }
    case "rename-unseen": {
      const name = by.name.slice(by.name.lastIndexOf(".") + 1);
      const to = by.to.slice(by.to.lastIndexOf(".") + 1);
      for (const table of state.tables) {
        for (const guard of table.guards.filter((one) => isLive(one, name))) {
          guard.name = to;
          guard.replaces ||= table.dropped.has(to) || state.droppedIndexes.has(to);
        }
      }
      return;
    }
    case "validate-constraint":
      state.others.push({ by, table: tableNamed(state, by.table), isOnNewColumns: false });
      return;
    default:
      by satisfies never;
  }
}

const isLive = (guard: GuardState, name: string) => !guard.gone && guard.name === name;

const schemaOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** A check is no index; where names are a table's own (MySQL), what must be unique is one. */
function isIndex({ by }: GuardState, isOfTable: boolean): boolean {
  if (by.does === "add-index") return true;
  return isOfTable && (by.kind === "unique" || by.kind === "primary-key");
}

function drop(table: TableState, name: string, by: Of<"drop-constraint">): void {
  const guards = table.guards.filter(
    (guard) => isLive(guard, name) && guard.by.does === "add-constraint",
  );
  // An index that became a constraint goes with it.
  const index = guards.flatMap(({ by }) =>
    by.does === "add-constraint" && by.usingIndex ? [by.usingIndex] : [],
  )[0];
  for (const guard of table.guards) {
    if (guards.includes(guard) || (index !== undefined && isLive(guard, index))) guard.gone = true;
  }
  if (guards.length === 0) table.dropped.set(name, by);
}

/** The name that PostgreSQL gives when none is written, by which a later step drops it. */
function impliedName(by: Of<"add-constraint"> | Of<"add-index">): string {
  const table = by.table.slice(by.table.lastIndexOf(".") + 1);
  const suffix = by.does === "add-index" ? "idx" : SUFFIX[by.kind];
  return [table, ...(suffix === "pkey" ? [] : by.columns), suffix].join("_");
}

const SUFFIX = {
  unique: "key",
  "primary-key": "pkey",
  "foreign-key": "fkey",
  check: "check",
  exclusion: "excl",
} as const;
