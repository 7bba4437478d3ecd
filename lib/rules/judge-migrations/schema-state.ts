import type { Column, Operation } from "./operation";

/** An operation of one kind. */
export type Of<Does extends Operation["does"]> = Extract<Operation, { does: Does }>;

/** A column as the migrations leave it. `origin`: what the older version calls it, null if they made it. */
export type ColumnState = {
  origin: string | null;
  name: string;
  /** What made it; null for one that was there. */
  made: Operation | null;
  /** Its definition, followed through later steps; null for one that was there. */
  column: Column | null;
  gone: Operation | null;
  moved: Operation | null;
  /** First and last say: whether it may be null was said anew, and whether that is new in the end. */
  nulls: { first: "set" | "drop"; last: "set" | "drop"; by: Operation } | null;
  type: Of<"change-type"> | Of<"redefine-column"> | null;
  fill: { last: "set" | "drop"; by: Operation } | null;
};

/** A constraint or an index that the migrations made. */
export type GuardState = {
  name: string;
  by: Of<"add-constraint"> | Of<"add-index">;
  gone: boolean;
  /** It has the name of one that was there before and was dropped. */
  replaces: boolean;
};

export type TableState = {
  origin: string | null;
  name: string;
  made: Operation | null;
  gone: Operation | null;
  moved: Operation | null;
  columns: ColumnState[];
  guards: GuardState[];
  /** Constraints and indexes that were there and are gone, by name. */
  dropped: Map<string, Operation>;
  /** The table whose rows were copied into it, with the columns that were written. */
  filledFrom: { table: TableState; columns: string[] } | null;
};

/** What has a name besides tables. */
export type ThingKind =
  | "view"
  | "type"
  | "routine"
  | "sequence"
  | "schema"
  | "trigger"
  | "policy"
  | "value";

export type ThingState = {
  kind: ThingKind;
  origin: string | null;
  name: string;
  /** What made it; for what was there before, what wrote it anew. */
  made: Operation | null;
  gone: Operation | null;
  /** Of a trigger or a policy: whose rows it watches. */
  table: TableState | null;
};

/** What all migrations together leave behind, as far as their text tells. */
export type SchemaState = {
  tables: TableState[];
  things: ThingState[];
  /** Indexes are dropped by name alone: those that were there. */
  droppedIndexes: Map<string, Operation>;
  /** Steps whose effect needs no following, with the table as it was then. */
  others: { by: Operation; table: TableState | null; isOnNewColumns: boolean }[];
};

export function emptyState(): SchemaState {
  return { tables: [], things: [], droppedIndexes: new Map(), others: [] };
}

/** The table of that name; one that nothing made was there before. */
export function tableNamed(state: SchemaState, name: string): TableState {
  const known = state.tables.find((table) => table.gone === null && table.name === name);
  if (known) return known;
  const table = newTable(name, null);
  state.tables.push(table);
  return table;
}

/** True for what the migrations made, a view with the table's name included: nothing older meets it. */
export function isNew(state: SchemaState, table: TableState | null): boolean {
  if (table === null) return false;
  if (table.origin === null) return !isPartOfOld(state, table);
  if (table.gone !== null || table.moved !== null) return false;
  // Not so a view that stands where an older table stood.
  const isInPlace = state.tables.some(
    ({ origin, gone, moved }) => origin === table.name && (gone !== null || moved !== null),
  );
  return !isInPlace && thingNamed(state, "view", table.name)?.origin === null;
}

/** True for a part that the migrations gave to a table that was there: what is written there goes here. */
export function isPartOfOld(state: SchemaState, { made }: TableState): boolean {
  if (made?.does !== "create-table" || made.partitionOf === undefined) return false;
  const whole = state.tables.find(({ name, gone }) => gone === null && name === made.partitionOf);
  return whole === undefined || !isNew(state, whole);
}

/** `made` null: it was there before. */
export function newTable(name: string, made: Operation | null): TableState {
  return {
    origin: made === null ? name : null,
    name,
    made,
    gone: null,
    moved: null,
    columns: [],
    guards: [],
    dropped: new Map(),
    filledFrom: null,
  };
}

/** The column of that name; of a table that was there, one that nothing made was there too. */
export function columnNamed(
  table: TableState,
  name: string,
  by: Operation,
  isMeant: (column: ColumnState) => boolean = () => true,
): ColumnState {
  const known = table.columns.find(
    (column) => column.gone === null && column.name === name && isMeant(column),
  );
  if (known) return known;
  wasThereAfterAll(table);
  // Made with columns that the text doesn't name: AS SELECT, LIKE. Those of a part are its whole's.
  const isPart = table.made?.does === "create-table" && table.made.partitionOf !== undefined;
  const column = newColumn(name, table.origin === null && !isPart ? by : null, null);
  table.columns.push(column);
  return column;
}

/** IF NOT EXISTS made a table, and a column turns up that it doesn't name: the table was there. */
function wasThereAfterAll(table: TableState): void {
  const { made } = table;
  if (table.origin !== null || made?.does !== "create-table") return;
  if (!made.ifNotExists || made.columns.length === 0) return;
  table.origin = made.table;
  for (const column of table.columns) {
    if (column.made === made) column.origin = column.column?.name ?? column.name;
  }
}

export function newColumn(
  name: string,
  made: Operation | null,
  column: Column | null,
): ColumnState {
  return {
    origin: made === null ? name : null,
    name,
    made,
    column,
    gone: null,
    moved: null,
    nulls: null,
    type: null,
    fill: null,
  };
}

/** A live thing of that name, or null. */
export function thingNamed(state: SchemaState, kind: ThingKind, name: string): ThingState | null {
  return (
    state.things.find((one) => one.kind === kind && one.gone === null && one.name === name) ?? null
  );
}
