import type { ColumnState, Of, TableState } from "./schema-state";
import { columnNamed, newColumn } from "./schema-state";

type ColumnStep =
  | Of<"add-column">
  | Of<"drop-column">
  | Of<"rename-column">
  | Of<"change-type">
  | Of<"redefine-column">
  | Of<"set-not-null">
  | Of<"drop-not-null">
  | Of<"set-default">
  | Of<"drop-default">;

/** Follows what one step does to one column. */
export function applyColumnStep(table: TableState, by: ColumnStep): void {
  switch (by.does) {
    case "add-column": {
      const { name } = by.column;
      // IF NOT EXISTS of a column that an earlier step made.
      const isThere = table.columns.some((column) => column.gone === null && column.name === name);
      if (!isThere) table.columns.push(newColumn(name, by, { ...by.column }));
      return;
    }
    case "drop-column":
      columnNamed(table, by.column, by).gone = by;
      return;
    case "rename-column": {
      // Renames of one statement are done at once: two columns may change their names.
      const isDone = ({ moved }: ColumnState) =>
        moved !== null && moved.line === by.line && moved.statement === by.statement;
      const column = columnNamed(table, by.column, by, (one) => !isDone(one));
      column.name = by.to;
      column.moved = by;
      return;
    }
    case "change-type":
      columnNamed(table, by.column, by).type = by;
      return;
    case "redefine-column": {
      const column = columnNamed(table, by.column.name, by);
      if (column.origin === null) column.column = { ...by.column };
      else column.type = by;
      return;
    }
    case "set-not-null":
      setNulls(columnNamed(table, by.column, by), "set", by);
      return;
    case "drop-not-null":
      setNulls(columnNamed(table, by.column, by), "drop", by);
      return;
    case "set-default":
    case "drop-default":
      setFill(columnNamed(table, by.column, by), by);
      return;
    default:
      by satisfies never;
  }
}

function setNulls(state: ColumnState, last: "set" | "drop", by: ColumnStep): void {
  const { column } = state;
  if (column !== null) column.isNotNull = last === "set" || column.domain?.refusesNull === true;
  state.nulls = { first: state.nulls?.first ?? last, last, by };
}

function setFill(state: ColumnState, by: Of<"set-default"> | Of<"drop-default">): void {
  const { column } = state;
  if (column !== null && by.does === "set-default") {
    const { isAlike = true, draws = [] } = by;
    const given = { isFilled: true, isFilledAlike: isAlike, isFilledLater: true, draws };
    Object.assign(column, given);
  }
  if (column !== null && by.does === "drop-default") {
    // What is left is its domain's, unless NULL was set in its place.
    const isFilled = column.domain?.fills === true && !by.isNull;
    Object.assign(column, { isFilled, isFilledAlike: true, isDefaultNull: by.isNull, draws: [] });
  }
  state.fill = { last: by.does === "set-default" ? "set" : "drop", by };
}
