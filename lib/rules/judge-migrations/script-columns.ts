import type { Column, ConstraintKind } from "./operation";
import type { Call, Entry, Expression } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { emit, emitDynamic, type Run } from "./program-run";
import { entryOf, resolve, textOf, textsOf, truthOf } from "./program-values";

/** Types as PostgreSQL spells them, by what the tools call them in lower case. */
const TYPES: Record<string, string> = {
  string: "varchar",
  character_varying: "varchar",
  "character varying": "varchar",
  varchar: "varchar",
  char: "char",
  text: "text",
  integer: "integer",
  int: "integer",
  int4: "integer",
  biginteger: "bigint",
  bigint: "bigint",
  int8: "bigint",
  smallint: "smallint",
  decimal: "numeric",
  numeric: "numeric",
  float: "real",
  double: "double precision",
  boolean: "boolean",
  date: "date",
  datetime: "timestamptz",
  timestamp: "timestamptz",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  binary: "bytea",
};

/** "STRING" of Sequelize.STRING(50), "varchar" of "varchar(50)": spelt as PostgreSQL does, with its size. */
export function scriptType(
  expression: Expression | null,
  size: Expression | null,
  run: Run,
): string | null {
  if (!expression) return null;
  const value = resolve(expression, run.scope);
  const written = value.is === "text" ? value.value : nameOf(value);
  if (written === null) return null;
  const [, bare = written, own] = /^([^(]+)\((\d+)\)$/.exec(written) ?? [];
  const plain = bare.trim().toLowerCase();
  const name = Object.hasOwn(TYPES, plain) ? (TYPES[plain] ?? plain) : plain;
  const given = own ?? textOf(size ?? (value.is === "call" ? value.args[0] : null), run.scope);
  return name === "varchar" && given !== null && /^\d+$/.test(given) ? `${name}(${given})` : name;
}

function nameOf(value: Expression): string | null {
  if (value.is !== "name" && value.is !== "call") return null;
  return value.name.slice(value.name.lastIndexOf(".") + 1);
}

/** What a tool's object calls the properties of a column. */
export type ColumnWords = {
  /** True says that it may be null. */
  nullable: string[];
  /** True says that it may not. */
  notNull: string[];
  filled: string[];
  unique: string[];
  primary: string[];
  refers: string[];
  size: string[];
  /** A text as a default is SQL, not a value. */
  isFilledBySql?: boolean;
  /** What it fills in by itself, in the program: no default of the database. */
  filledByProgram?: RegExp;
  /** Of a varchar that doesn't say its size; null for one without limit. */
  usualSize: number | null;
  /** What a column is when nothing is said. */
  isNotNullUnlessSaid: boolean;
};

/** { type: …, allowNull: false, defaultValue: … }, in the words of the tool. */
export function columnOf(
  name: string,
  definition: Expression,
  words: ColumnWords,
  run: Run,
): Column {
  const value = resolve(definition, run.scope);
  if (value.is === "map" && value.isOpen)
    emitDynamic(run, definition, "some of the column's definition is computed");
  const entries = value.is === "map" ? value.entries : [];
  const any = (keys: string[]) =>
    keys.map((key) => entryOf(entries, key)).find((one) => one !== null) ?? null;
  const type = value.is === "map" ? entryOf(entries, "type") : value;
  const sized = scriptType(type, any(words.size), run);
  const typeText =
    sized === "varchar" && words.usualSize !== null ? `varchar(${words.usualSize})` : sized;
  const isPrimary = truthOf(any(words.primary), run.scope) === true;
  const filled = filledIn(any(words.filled), words, run);
  const constraints: ConstraintKind[] = [];
  const unique = any(words.unique);
  if (isPrimary) constraints.push("primary-key");
  if (unique && truthOf(unique, run.scope) !== false) constraints.push("unique");
  if (any(words.refers)) constraints.push("foreign-key");
  return {
    name,
    type: typeText,
    isNotNull:
      isNotNull(any(words.nullable), any(words.notNull), run) ??
      (words.isNotNullUnlessSaid || isPrimary),
    isFilled:
      filled !== null ||
      /serial/.test(typeText ?? "") ||
      [
        "autoIncrement",
        "isGenerated",
        "generatedType",
        "asExpression",
        "expressionGenerated",
        "sequenceGenerated",
        "generationStrategy",
      ].some((key) => {
        const own = entryOf(entries, key);
        return own !== null && truthOf(own, run.scope) !== false;
      }),
    constraints,
    ...(isMadeForEachRow(filled, run.scope, words.isFilledBySql) ? { isFilledAlike: false } : {}),
    ...(entryOf(entries, "asExpression") || entryOf(entries, "expressionGenerated")
      ? { isComputed: true }
      : {}),
  };
}

/** The default as the database gets it; null when it gets none. */
function filledIn(given: Expression | null, words: ColumnWords, run: Run): Expression | null {
  const value = given && resolve(given, run.scope);
  if (!value || value.is === "nothing") return null;
  if (words.filledByProgram === undefined) return given;
  const name = value.is === "function" ? null : nameOf(value);
  return value.is === "function" || words.filledByProgram.test(name ?? "") ? null : given;
}

/** Null when neither says anything. */
export function isNotNull(
  nullable: Expression | null,
  notNull: Expression | null,
  run: Run,
): boolean | null {
  const may = truthOf(nullable, run.scope);
  return may === null ? truthOf(notNull, run.scope) : !may;
}

/** { a: …, b: … }: the columns of a table in an object. */
export function columnsIn(
  definition: Expression | undefined,
  words: ColumnWords,
  run: Run,
): Column[] | null {
  const value = definition && resolve(definition, run.scope);
  if (value?.is !== "map" || value.isOpen || value.entries.some(({ key }) => key === null))
    return null;
  return value.entries.flatMap(({ key, value: one }) =>
    key === null ? [] : [columnOf(key, one, words, run)],
  );
}

/** "orders", or { tableName: "orders", schema: "shop" }; says so when only running it would tell. */
export function tableIn(call: Call, at: number, run: Run): string | null {
  const arg = call.args[at];
  const value = arg && resolve(arg, run.scope);
  const entries: Entry[] = value?.is === "map" ? value.entries : [];
  const text = (key: string) => textOf(entryOf(entries, key), run.scope);
  const bare = value?.is === "map" ? (text("tableName") ?? text("name")) : textOf(value, run.scope);
  if (bare === null) {
    emitDynamic(run, call, "the table's name is computed");
    return null;
  }
  const schema = text("schema");
  return schema === null ? bare : `${schema}.${bare}`;
}

/** A name; says so when only running it would tell. */
export function textAt(call: Call, at: number, run: Run): string | null {
  const text = textOf(call.args[at], run.scope);
  if (text === null) emitDynamic(run, call, "the name is computed");
  return text;
}

/** Names given one by one or as lists; says so when only running it would tell. */
export function textsFrom(call: Call, from: number, run: Run): string[] {
  const texts = call.args.slice(from).flatMap((arg) => textsOf(arg, run.scope) ?? [null]);
  const known = texts.filter((text) => text !== null);
  if (known.length < texts.length || texts.length === 0 || call.isOpen)
    emitDynamic(run, call, "the names are computed");
  return known;
}

/** What a column's new definition changes, where it replaces the old one altogether. */
export function emitChange(
  call: Call,
  table: string,
  column: Column,
  filled: boolean | null,
  run: Run,
): void {
  const at = { table, column: column.name };
  if (column.type !== null)
    emit(run, call, { does: "change-type", ...at, to: column.type, widens: null });
  emit(run, call, { does: column.isNotNull ? "set-not-null" : "drop-not-null", ...at });
  if (filled !== null) emit(run, call, { does: filled ? "set-default" : "drop-default", ...at });
  if (column.constraints.includes("unique"))
    emitConstraint(call, table, "unique", null, [column.name], run);
  if (column.constraints.includes("foreign-key"))
    emitConstraint(call, table, "foreign-key", null, [column.name], run);
}

export function emitConstraint(
  call: Call,
  table: string,
  kind: ConstraintKind,
  name: string | null,
  columns: string[],
  run: Run,
  text: string | null = null,
): void {
  emit(run, call, { does: "add-constraint", table, name, kind, columns, isNotValid: false, text });
}
