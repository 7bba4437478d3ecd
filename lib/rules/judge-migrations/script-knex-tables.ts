import type { Column, ConstraintKind } from "./operation";
import type { Call } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { emit, emitDynamic, type Run } from "./program-run";
import { entryOf, resolve, textOf, textsOf, truthOf } from "./program-values";
import { emitChange, emitConstraint, scriptType, textsFrom } from "./script-columns";

/** t.string("x").notNullable(), call by call, and what names mean there. */
export type Chain = { links: Call[]; run: Run };

const SERIAL = new Set([
  "increments",
  "bigIncrements",
  "bigincrements",
  "smallincrements",
  "tinyincrements",
]);
const UNSEEN = new Set(["comment", "engine", "charset", "collate", "inherits", "queryContext"]);

/** createTable: the columns, then what the callback says about the table as a whole. */
export function createWithBuilder(
  call: Call,
  table: string,
  chains: readonly Chain[],
  ifNotExists: boolean,
  run: Run,
): void {
  const columns = chains.flatMap((chain) => columnsOf(chain) ?? []);
  emit(run, call, { does: "create-table", table, columns, ifNotExists });
  for (const chain of chains) if (columnsOf(chain) === null) alterOne(table, chain);
}

/** alterTable: each chain is a change to the table. */
export function alterWithBuilder(table: string, chains: readonly Chain[]): void {
  for (const chain of chains) alterOne(table, chain);
}

function alterOne(table: string, chain: Chain): void {
  const { links, run } = chain;
  const [first] = links;
  const last = links.at(-1);
  if (!first || !last || onTable(first, table, chain)) return;
  const columns = columnsOf(chain);
  if (columns === null) {
    emitDynamic(run, last, `it calls ${first.name} with computed names`);
    return;
  }
  const alter = links.find(({ name }) => name === "alter");
  for (const column of columns) {
    if (alter) alterColumn(alter, last, table, column, run);
    else emit(run, last, { does: "add-column", table, column });
  }
}

/** .alter() replaces type, nullability and default altogether, unless it is told to leave some of it. */
function alterColumn(alter: Call, last: Call, table: string, column: Column, run: Run): void {
  const options = alter.args[0] && resolve(alter.args[0], run.scope);
  const keeps = (key: string) =>
    options?.is === "map" && truthOf(entryOf(options.entries, key), run.scope) === false;
  const changed = keeps("alterType") ? { ...column, type: null } : column;
  if (!keeps("alterNullable")) emitChange(last, table, changed, column.isFilled, run);
  else if (changed.type !== null)
    emit(run, last, {
      does: "change-type",
      table,
      column: column.name,
      to: changed.type,
      widens: null,
    });
}

/** What the first call of a chain does to the table itself; false when it is about a column. */
function onTable(first: Call, table: string, { links, run }: Chain): boolean {
  const names = () => textsOf(first.args[0], run.scope) ?? [];
  switch (first.name) {
    case "dropColumn":
    case "dropColumns":
      for (const column of textsFrom(first, 0, run))
        emit(run, first, { does: "drop-column", table, column });
      return true;
    case "dropTimestamps":
      for (const column of ["created_at", "updated_at"])
        emit(run, first, { does: "drop-column", table, column });
      return true;
    case "renameColumn": {
      const [column, to] = [textOf(first.args[0], run.scope), textOf(first.args[1], run.scope)];
      if (column === null || to === null) emitDynamic(run, first, "the column's name is computed");
      else emit(run, first, { does: "rename-column", table, column, to });
      return true;
    }
    case "setNullable":
    case "dropNullable":
      for (const column of textsFrom(first, 0, run))
        emit(run, first, {
          does: first.name === "setNullable" ? "drop-not-null" : "set-not-null",
          table,
          column,
        });
      return true;
    case "unique":
    case "primary":
    case "foreign": {
      const kinds: Record<string, ConstraintKind> = {
        unique: "unique",
        primary: "primary-key",
        foreign: "foreign-key",
      };
      emitConstraint(first, table, kinds[first.name] ?? "unique", null, names(), run);
      return true;
    }
    case "check":
      emitConstraint(first, table, "check", null, [], run, textOf(first.args[0], run.scope));
      return true;
    case "index":
      emit(run, first, {
        does: "add-index",
        table,
        name: textOf(first.args[1], run.scope),
        isUnique: false,
        columns: names(),
      });
      return true;
    case "dropForeign":
    case "dropUnique":
    case "dropPrimary":
    case "dropChecks":
      emit(run, first, { does: "drop-constraint", table, name: textOf(first.args[1], run.scope) });
      return true;
    case "dropIndex":
      emit(run, first, { does: "drop-index", name: textOf(first.args[1], run.scope) ?? "" });
      return true;
    default:
      if (!UNSEEN.has(first.name)) return false;
      emit(run, links[0] ?? first, { does: "nothing" });
      return true;
  }
}

/** The columns that a chain makes or describes; null when it isn't about columns. */
function columnsOf({ links, run }: Chain): Column[] | null {
  const [first, ...modifiers] = links;
  if (!first || /^(drop|rename|set)[A-Z]|^(unique|primary|foreign|index|check)$/.test(first.name))
    return null;
  if (UNSEEN.has(first.name)) return null;
  if (first.name === "timestamps") return timestamps(first, run);
  const name = textOf(first.args[0], run.scope) ?? (SERIAL.has(first.name) ? "id" : null);
  if (name === null) return null;
  const has = (word: string) => modifiers.some((one) => one.name === word);
  const filled = modifiers.findLast((one) => one.name === "defaultTo");
  const constraints: ConstraintKind[] = [];
  if (SERIAL.has(first.name) || has("primary")) constraints.push("primary-key");
  if (has("unique")) constraints.push("unique");
  if (has("references")) constraints.push("foreign-key");
  if (modifiers.some((one) => one.name.startsWith("check"))) constraints.push("check");
  const isSpecific = first.name === "specificType";
  const type = isSpecific
    ? (first.args[1] ?? null)
    : { ...first, is: "text" as const, value: first.name, inner: 0 };
  const size =
    first.name === "string"
      ? (first.args[1] ?? { ...first, is: "number" as const, value: 255 })
      : null;
  return [
    {
      name,
      type: scriptType(type, size, run),
      isNotNull:
        (has("notNullable") || has("notNull") || SERIAL.has(first.name)) && !has("nullable"),
      isFilled:
        SERIAL.has(first.name) ||
        (filled?.args[0] !== undefined && resolve(filled.args[0], run.scope).is !== "nothing"),
      constraints,
      ...(isMadeForEachRow(filled?.args[0], run.scope) ? { isFilledAlike: false } : {}),
    },
  ];
}

/** timestamps(true, true): the second says that both are filled with the time of the INSERT. */
function timestamps(call: Call, run: Run): Column[] {
  const options = call.args[0] && resolve(call.args[0], run.scope);
  const isFilled =
    options?.is === "map"
      ? truthOf(entryOf(options.entries, "defaultToNow"), run.scope) === true
      : truthOf(call.args[1], run.scope) === true;
  return ["created_at", "updated_at"].map((name) => ({
    name,
    type: "timestamptz",
    isNotNull: isFilled,
    isFilled,
    constraints: [],
  }));
}
