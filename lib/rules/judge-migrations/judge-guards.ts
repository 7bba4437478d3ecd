import type { SchemaFinding } from "@/lib/contracts/schema-judgement";
import { checkOutcomes } from "./check-outcomes";
import { failing, finding, type SchemaRule } from "./finding";
import type { Check, Operation } from "./operation";
import type { ColumnState, GuardState, Of, TableState } from "./schema-state";

/** Constraints and indexes on a table that was there before: can a row of the older version offend them? */
export function judgeGuards(table: TableState): SchemaFinding[] {
  const guards = table.guards.filter(({ gone }) => !gone);
  return [
    ...guards.map((guard) => judgeGuard(table, guard)),
    ...[...table.dropped].map(([name, by]) =>
      finding(
        by.does === "drop-index" ? "drop-index" : "drop-constraint",
        by,
        `Without ${name}, ${table.name} takes what it took before.`,
      ),
    ),
  ];
}

function judgeGuard(table: TableState, { by, replaces, name }: GuardState): SchemaFinding {
  if (by.does === "add-index") return judgeIndex(table, by);
  const isReplaced = replaces && (by.kind === "foreign-key" || by.kind === "check");
  if (isReplaced) {
    const sentence = `${name} is another rule now; whether it refuses more than before, the text doesn't tell.`;
    return finding("redefine-constraint", by, sentence);
  }
  const idle = (why: string) => finding("idle-constraint", by, why);
  const columns = columnsOf(table, by.columns);
  const own = by.name ?? RULE_WORDS[by.kind];
  switch (by.kind) {
    case "primary-key":
      return refusal(by, "add-primary-key", own, table);
    case "unique":
      // The index that it is made from has its own finding, or was there.
      if (by.usingIndex) return idle(`${own} keeps what its index keeps.`);
      return neverAlike(columns, by.nullsAreAlike === true)
        ? idle(`Rows of the older version can't offend ${own}.`)
        : refusal(by, "add-unique", own, table);
    case "exclusion":
      return neverAlike(columns, false)
        ? idle(`Rows of the older version can't offend ${own}.`)
        : refusal(by, "add-exclusion", own, table);
    case "foreign-key": {
      const isEmpty = columns.some(isLeftEmpty);
      // Defaults that had to refer to something when the key was made do so still.
      const isLeft = columns.length > 0 && columns.every(isLeftToDefaults);
      const isFilled = isLeft && !by.isNotValid && !columns.some(isFilledLater);
      if (isLeft && !isEmpty && !isFilled && !by.isNotValid) return doubtful(by, own);
      return isEmpty || isFilled
        ? idle(`Rows of the older version refer to nothing by ${own}.`)
        : refusal(by, "add-foreign-key", own, table);
    }
    case "check":
      return by.check && !canFail(by.check, table, !by.isNotValid)
        ? idle(`Rows of the older version pass ${own}.`)
        : refusal(by, "add-check", own, table);
    default:
      return by.kind satisfies never;
  }
}

const RULE_WORDS = {
  unique: "the unique constraint",
  "primary-key": "the primary key",
  "foreign-key": "the foreign key",
  check: "the check",
  exclusion: "the exclusion constraint",
} as const;

function refusal(
  by: Of<"add-constraint">,
  rule: SchemaRule,
  own: string,
  table: TableState,
): SchemaFinding {
  return by.isNotValid
    ? finding(
        "not-valid-constraint",
        by,
        `${own} isn't checked for old rows, but it is for new ones: writes of the older version to ${table.name} may be refused.`,
      )
    : finding(rule, by, `Writes of the older version to ${table.name} may be refused by ${own}.`);
}

function judgeIndex(table: TableState, by: Of<"add-index">): SchemaFinding {
  const own = by.name ?? "the index";
  // Rows that it doesn't hold aren't worked out for it.
  const isOut =
    by.where !== undefined &&
    !checkOutcomes(by.where, (column) => isLeftEmpty(stateOf(table, column))).has("true");
  const isIdle = isOut || neverAlike(columnsOf(table, by.columns), by.nullsAreAlike === true);
  const { fails } = by;
  const isFailing = fails !== undefined && !isOut && !isOfTheirs(table, fails.columns);
  if (isFailing && (fails.isSure || isIdle || !by.isUnique)) {
    return failing(by, `${own}, which holds what is worked out of ${table.name}`, fails);
  }
  if (!by.isUnique) {
    return finding("add-index", by, `The older version doesn't notice ${own}.`);
  }
  if (isIdle) {
    return finding("idle-constraint", by, `Rows of the older version can't offend ${own}.`);
  }
  const sentence = `Writes of the older version to ${table.name} may be refused by ${own}, which must be unique.`;
  return finding("unique-index", by, sentence);
}

function stateOf(table: TableState, name: string): ColumnState | undefined {
  return table.columns.find((column) => column.gone === null && column.name === name);
}

function columnsOf(table: TableState, names: readonly string[]): (ColumnState | undefined)[] {
  return names.map((name) => stateOf(table, name));
}

/** A new column in which the older version leaves nothing: it doesn't know it, and nothing fills it. */
function isLeftEmpty(column: ColumnState | undefined): boolean {
  return column?.origin === null && column.column !== null && !column.column.isFilled;
}

/** A new column whose values don't depend on what the older version writes. */
function isLeftToDefaults(column: ColumnState | undefined): boolean {
  return column?.origin === null && !column.column?.isComputed;
}

const isFilledLater = (column: ColumnState | undefined) => column?.column?.isFilledLater === true;

/** What a default refers to that was set later than its column. */
export function doubtful(by: Operation, own: string): SchemaFinding {
  const sentence = `Whether what the default refers to is there, by ${own}, the text doesn't tell.`;
  return finding("doubtful-default", by, sentence);
}

/** True for columns that the older version leaves to the database, all of them. */
export function isOfTheirs(table: TableState, names: readonly string[]): boolean {
  return columnsOf(table, names).every(isLeftToDefaults);
}

/** Two rows of the older version can't be alike in these columns: one is empty, or made for each row. */
function neverAlike(
  columns: readonly (ColumnState | undefined)[],
  nullsAreAlike: boolean,
): boolean {
  return columns.some((column) => {
    if (column?.origin !== null || column.column === null) return false;
    if (!column.column.isFilled) return !nullsAreAlike;
    return column.column.isFilledAlike === false && !column.column.isComputed;
  });
}

/** Whether a row of the older version may fail the check, given the columns that it leaves to the database. */
export function canFail(check: Check, table: TableState, isValidated: boolean): boolean {
  const columns = checkedColumns(check);
  const states = columns === null ? [] : columns.map((name) => stateOf(table, name));
  // All of them are filled by defaults, and those passed when the check was made.
  const isAllFilled =
    isValidated &&
    states.length > 0 &&
    states.every((one) => isLeftToDefaults(one) && one?.column?.isFilled === true) &&
    !states.some(isFilledLater);
  if (isAllFilled) return false;
  return checkOutcomes(check, (column) => isLeftEmpty(stateOf(table, column))).has("false");
}

/** Columns that a check speaks of; null when not all are known. */
function checkedColumns(check: Check): string[] | null {
  switch (check.is) {
    case "constant":
      return [];
    case "null-test":
      return [check.column];
    case "strict":
      return check.columns;
    case "not":
      return checkedColumns(check.part);
    case "and":
    case "or": {
      const parts = check.parts.map(checkedColumns);
      return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? []);
    }
    case "any":
      return null;
    default:
      return check satisfies never;
  }
}
