import type { SchemaFinding } from "@/lib/contracts/schema-judgement";
import { failing, finding } from "./finding";
import { canFail, doubtful, isOfTheirs } from "./judge-guards";
import type { Column, Operation } from "./operation";
import type { ColumnState, TableState } from "./schema-state";
import { mayWiden } from "./type-widening";

/** What became of the columns of a table that was there before. */
export function judgeColumns(table: TableState): SchemaFinding[] {
  return table.columns.flatMap((column) =>
    column.origin === null ? judgeNew(table, column) : judgeOld(table, column, column.origin),
  );
}

function judgeNew(table: TableState, state: ColumnState): SchemaFinding[] {
  const { made, gone, name, column, fill } = state;
  if (made === null || gone !== null) return [];
  const on = `${table.name}.${name}`;
  if (column?.isNotNull && !column.isFilled) {
    const sentence = `The older version inserts into ${table.name} without ${name}, which must be given${sinceDropped(made, fill)}: its inserts fail.`;
    const isMadeSo = state.nulls?.last === "set" && fill?.last !== "drop";
    return [finding("required-field", isMadeSo ? (state.nulls?.by ?? made) : made, sentence)];
  }
  if (column?.isComputed) {
    const offended = judgeComputed(table, on, column, made);
    if (offended) return [offended];
  }
  const isAlike = column?.isFilled && (column.isFilledAlike ?? true);
  if (isAlike && column.constraints.includes("unique")) {
    const sentence = `Every row that the older version inserts gets the same ${on}, which must be unique: its second insert fails.`;
    return [finding("add-unique", made, sentence)];
  }
  if ((column?.checks ?? []).some((check) => canFail(check, table, true))) {
    const sentence = `What the database fills into ${on} for the older version may not pass its check.`;
    return [finding("add-check", made, sentence)];
  }
  if (column?.isFilled && column.isFilledLater && column.constraints.includes("foreign-key")) {
    return [doubtful(fill?.by ?? made, `the foreign key of ${on}`)];
  }
  // It stands where another stood: that one's finding tells.
  if (table.columns.some(({ origin }) => origin === name)) return [];
  return [finding("add-column", made, `The older version doesn't know ${on} and leaves it alone.`)];
}

/** A column that is worked out from what the older version writes, with rules that it may offend. */
function judgeComputed(
  table: TableState,
  on: string,
  column: Column,
  made: Operation,
): SchemaFinding | null {
  const own = `${on}, which the database works out from what the older version writes`;
  const { constraints } = column;
  if (constraints.includes("unique") || constraints.includes("primary-key")) {
    return finding("add-unique", made, `${own}, must be unique: its writes may be refused.`);
  }
  if (constraints.includes("foreign-key")) {
    const sentence = `${own}, must refer to something: its writes may be refused.`;
    return finding("add-foreign-key", made, sentence);
  }
  const isChecked = constraints.includes("check") && column.checks === undefined;
  if (isChecked || column.checks?.some((check) => canFail(check, table, true))) {
    return finding("add-check", made, `${own}, must pass its check: its writes may be refused.`);
  }
  const { fails } = column;
  if (fails && !isOfTheirs(table, fails.columns)) {
    return failing(made, own, fails);
  }
  if (!column.isNotNull) return null;
  const sentence = `${own}, may not come out empty; whether it can, the text doesn't tell.`;
  return finding("computed-not-null", made, sentence);
}

/** Where the default that the quoted statement still shows was taken away. */
function sinceDropped(made: Operation, fill: ColumnState["fill"]): string {
  if (fill?.last !== "drop" || fill.by.statement === made.statement) return "";
  const { path, line } = fill.by;
  const place =
    path === made.path ? `line ${line}` : `${path.slice(path.lastIndexOf("/") + 1)}:${line}`;
  return ` since ${place} dropped its default`;
}

function judgeOld(table: TableState, column: ColumnState, origin: string): SchemaFinding[] {
  const by = column.gone ?? (column.name === origin ? null : column.moved);
  if (by === null) return judgeKept(table, column);
  const on = `${table.name}.${origin}`;
  const inPlace = table.columns.some(({ gone, name }) => gone === null && name === origin);
  if (inPlace && column.gone?.does === "drop-column" && column.gone.ifExists) {
    const sentence = `If ${on} was there before, its values are gone and its type may be another.`;
    return [finding("make-anew", by, sentence)];
  }
  if (inPlace) {
    const sentence = `${on} is another column now: the older version doesn't find there what it wrote.`;
    return [finding("replace-column", by, sentence)];
  }
  if (column.gone !== null) {
    const sentence = `The older version reads and writes ${on}, which is gone: its statements fail.`;
    return [finding("drop-column", by, sentence)];
  }
  const sentence = `The older version reads and writes ${on}, which is called ${column.name} now: its statements fail.`;
  return [finding("rename-column", by, sentence)];
}

function judgeKept(table: TableState, column: ColumnState): SchemaFinding[] {
  const { nulls, type, fill } = column;
  const on = `${table.name}.${column.name}`;
  const found: SchemaFinding[] = [];
  // Said first that it may not be null, then that it may: as before.
  if (nulls !== null && nulls.first === nulls.last) {
    found.push(
      nulls.last === "set"
        ? finding(
            "set-not-null",
            nulls.by,
            `The older version may leave ${on} empty, which is refused now.`,
          )
        : finding(
            "drop-not-null",
            nulls.by,
            `${on} may be empty now, which the older version doesn't expect.`,
          ),
    );
  }
  if (type !== null) found.push(judgeType(on, type));
  if (fill !== null) {
    const sentence =
      fill.last === "set"
        ? `Where the older version leaves out ${on}, the database fills in something else now.`
        : `Where the older version leaves out ${on}, the database fills in nothing any more.`;
    found.push(finding("change-default", fill.by, sentence));
  }
  return found;
}

function judgeType(on: string, type: NonNullable<ColumnState["type"]>): SchemaFinding {
  const to = type.does === "change-type" ? type.to : type.column.type;
  const named = to === null ? "another type" : to;
  if (type.widens === true) {
    return finding("widen-type", type, `${on} is ${named} now, which takes what it took before.`);
  }
  if (type.does === "change-type" && type.isOfSameName) {
    const sentence = `${on} is of ${named} as it was made anew; which values it had before, the text doesn't tell.`;
    return finding("redefine-column", type, sentence);
  }
  if (type.widens === null && (type.does === "redefine-column" || (to !== null && mayWiden(to)))) {
    const sentence =
      type.does === "change-type"
        ? `${on} is ${named} now; whether that is wider or narrower, the text doesn't tell.`
        : `${on} was defined anew as ${named}; what of it is new, the text doesn't tell.`;
    return finding(type.does === "change-type" ? "resize-type" : "redefine-column", type, sentence);
  }
  const sentence = `${on} is ${named} now: what the older version reads or writes there may not fit.`;
  return finding("change-type", type, sentence);
}
