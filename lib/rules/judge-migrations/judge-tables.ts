import type { SchemaFinding } from "@/lib/contracts/schema-judgement";
import { finding } from "./finding";
import { judgeColumns } from "./judge-columns";
import { judgeGuards } from "./judge-guards";
import type { Operation } from "./operation";
import { isNew, isPartOfOld, type SchemaState, type TableState } from "./schema-state";

/** What became of every table, from the point of view of a program that knows what was there before. */
export function judgeTables(state: SchemaState): SchemaFinding[] {
  return state.tables.flatMap((table) =>
    table.origin === null ? judgeNewTable(table, state) : judgeOldTable(table, table.origin, state),
  );
}

function judgeNewTable(table: TableState, state: SchemaState): SchemaFinding[] {
  const { made, gone, name } = table;
  if (made === null || gone !== null) return [];
  if (isPartOfOld(state, table)) {
    const sentence = `${name} takes rows that had their place elsewhere, or none.`;
    return [finding("add-table", made, sentence), ...judgeColumns(table), ...judgeGuards(table)];
  }
  // It stands where another stood: that one's finding tells.
  if (state.tables.some(({ origin }) => origin === name)) return [];
  return [
    finding("add-table", made, `The older version doesn't know ${name} and leaves it alone.`),
  ];
}

function judgeOldTable(table: TableState, origin: string, state: SchemaState): SchemaFinding[] {
  const isAway = table.gone !== null || table.name !== origin;
  if (isNew(state, table)) return [];
  if (!isAway) return [...judgeColumns(table), ...judgeGuards(table)];
  const by = table.gone ?? table.moved;
  if (by === null) return [];
  const inPlace = state.tables.find((other) => other.gone === null && other.name === origin);
  const view = state.things.find(
    ({ kind, gone, name, made }) =>
      kind === "view" && gone === null && name === origin && made !== null,
  );
  const shows = view?.made?.does === "create-view" ? view.made.shows : undefined;
  if (view?.made && table.gone === null && shows === table.name) {
    const sentence = `${origin} is a view of all of ${table.name}: the older version reads and writes through it.`;
    return [
      finding("view-of-all", view.made, sentence),
      ...judgeColumns(table),
      ...judgeGuards(table),
    ];
  }
  if (view?.made) {
    const sentence = `${origin} is a view now: what the older version reads and writes goes through it, if it can.`;
    return [finding("view-for-table", view.made, sentence), ...judgeGuards(table)];
  }
  if (inPlace?.made && inPlace.filledFrom?.table === table)
    return judgeRebuilt(inPlace, origin, by);
  if (inPlace && table.gone?.does === "drop-table" && table.gone.ifExists) {
    const sentence = `If ${origin} was there before, its rows are gone and its columns may be others.`;
    return [finding("make-anew", by, sentence)];
  }
  if (inPlace) {
    const sentence = `${origin} is another table now: the older version finds neither its rows nor, maybe, its columns there.`;
    return [finding("replace-table", by, sentence)];
  }
  if (table.gone !== null) {
    const sentence = `The older version reads and writes ${origin}, which is gone: its statements fail.`;
    return [finding("drop-table", by, sentence)];
  }
  const sentence = `The older version reads and writes ${origin}, which is called ${table.name} now: its statements fail.`;
  return [finding("rename-table", by, sentence)];
}

/**
 * A table made anew, filled from the one it replaces and given its name, which is how SQLite changes
 * columns. What isn't copied and must be given breaks; what else differs can't be seen from here.
 */
function judgeRebuilt(table: TableState, origin: string, by: Operation): SchemaFinding[] {
  const copied = new Set(table.filledFrom?.columns);
  const required = table.columns.filter(
    ({ name, column, gone }) =>
      gone === null &&
      column?.isNotNull &&
      !column.isFilled &&
      copied.size > 0 &&
      !copied.has(name),
  );
  const sentence = `${origin} was made anew: the text doesn't tell which columns and rules it had before.`;
  return [
    ...required.map(({ name }) =>
      finding(
        "required-field",
        table.made ?? by,
        `The older version inserts into ${origin} without ${name}, which must be given: its inserts fail.`,
      ),
    ),
    finding("rebuild-table", by, sentence),
  ];
}
