import type { Column, ConstraintKind, Step } from "./operation";
import type { Call, Entry } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { emit, emitDynamic, type Run } from "./program-run";
import { entryOf, optionsOf, resolve, textOf, textsOf, truthOf } from "./program-values";

/** Types that Active Record spells in its own way, as PostgreSQL spells them. */
const TYPES: Record<string, string> = {
  string: "varchar",
  integer: "integer",
  bigint: "bigint",
  float: "double precision",
  decimal: "numeric",
  datetime: "timestamp",
  timestamptz: "timestamptz",
  binary: "bytea",
  primary_key: "bigserial",
};

/** A type with its limit or precision: `:string, limit: 50` is "varchar(50)". */
export function railsType(type: string | null, options: Entry[], run: Run): string | null {
  if (type === null) return null;
  const number = (key: string) => {
    const given = entryOf(options, key);
    const value = given && resolve(given, run.scope);
    return value?.is === "number" ? value.value : null;
  };
  const limit = number("limit");
  if (type === "integer" && limit !== null)
    return limit > 4 ? "bigint" : limit < 4 ? "smallint" : type;
  const name = TYPES[type] ?? type;
  if (type === "decimal" && number("precision") !== null)
    return `numeric(${number("precision")},${number("scale") ?? 0})`;
  if (limit !== null && type === "string") return `${name}(${limit})`;
  return truthOf(entryOf(options, "array"), run.scope) ? `${name}[]` : name;
}

/** What `null:` and `default:` say about a column that is added. */
export function railsColumn(
  name: string,
  type: string | null,
  options: Entry[],
  run: Run,
  isNotNullUnlessSaid = false,
): Column {
  const isNull = truthOf(entryOf(options, "null"), run.scope);
  const filled = entryOf(options, "default");
  const isComputed = entryOf(options, "as") !== null;
  const constraints: ConstraintKind[] = [];
  if (truthOf(entryOf(options, "primary_key"), run.scope)) constraints.push("primary-key");
  return {
    name,
    type: railsType(type, options, run),
    isNotNull: isNull === null ? isNotNullUnlessSaid : !isNull,
    isFilled:
      isComputed ||
      /serial|^primary_key$|^virtual$/.test(type ?? "") ||
      (filled !== null && resolve(filled, run.scope).is !== "nothing"),
    constraints,
    // Of a uuid, Active Record takes a text with brackets for a function.
    ...(isMadeForEachRow(filled, run.scope, type === "uuid") ? { isFilledAlike: false } : {}),
    ...(isComputed ? { isComputed } : {}),
  };
}

/** Columns that one call of a table's block makes; null when it isn't a call that makes columns. */
export function columnsOfCall(call: Call, run: Run): Column[] | null {
  const options = optionsOf(call, run.scope);
  const names = call.args.flatMap((arg) =>
    resolve(arg, run.scope).is === "map" ? [] : [textOf(arg, run.scope)],
  );
  if (call.name === "timestamps")
    return ["created_at", "updated_at"].map((name) =>
      railsColumn(name, "datetime", options, run, true),
    );
  if (names.length === 0 || names.includes(null)) return null;
  const known = names.filter((name) => name !== null);
  if (call.name === "references" || call.name === "belongs_to")
    return known.flatMap((name) => referenceColumns(name, options, run));
  const [first, type] = known;
  if (call.name === "column" && first !== undefined)
    return [railsColumn(first, type ?? null, options, run)];
  return known.map((name) => railsColumn(name, call.name, options, run));
}

/** `references :user` makes user_id, and user_type when it is polymorphic. */
export function referenceColumns(name: string, options: Entry[], run: Run): Column[] {
  const type = textOf(entryOf(options, "type"), run.scope) ?? "bigint";
  const polymorphic = entryOf(options, "polymorphic");
  const columns = [railsColumn(`${name}_id`, type, options, run)];
  if (polymorphic && truthOf(polymorphic, run.scope) !== false)
    columns.push(railsColumn(`${name}_type`, "string", options, run));
  return columns;
}

/** Constraints and indexes that stand with a column or a reference: `foreign_key:`, `index:`. */
export function emitWithColumn(call: Call, table: string, columns: Column[], run: Run): void {
  const options = optionsOf(call, run.scope);
  const names = columns.map(({ name }) => name);
  const key = entryOf(options, "foreign_key");
  if (key && truthOf(key, run.scope) !== false) {
    const value = resolve(key, run.scope);
    const validate =
      value.is === "map" ? truthOf(entryOf(value.entries, "validate"), run.scope) : null;
    emit(run, call, {
      does: "add-constraint",
      table,
      name: null,
      kind: "foreign-key",
      columns: names.slice(0, 1),
      isNotValid: validate === false,
      text: null,
    });
  }
  const index = entryOf(options, "index");
  const value = index && resolve(index, run.scope);
  if (value?.is !== "map") return;
  const unique = entryOf(value.entries, "unique");
  if (unique && truthOf(unique, run.scope) !== false)
    emit(run, call, { does: "add-index", table, name: null, isUnique: true, columns: names });
}

/** Whatever `**options` may hold isn't known. */
export function warnOfOpenOptions(call: Call, run: Run): void {
  if (call.isOpen) emitDynamic(run, call, "some of its options are computed");
}

/** A table's or a column's name, or one that only running it would tell. */
export function nameFrom(call: Call, at: number, run: Run): string | null {
  const name = textOf(call.args[at], run.scope);
  if (name === null) emitDynamic(run, call, "the name is computed");
  return name;
}

/** `:a, :b` or `[:a, :b]` from an argument on. */
export function namesFrom(call: Call, from: number, run: Run): string[] | null {
  const lists = call.args.slice(from).filter((arg) => resolve(arg, run.scope).is !== "map");
  const names = lists.flatMap((arg) => textsOf(arg, run.scope) ?? [null]);
  const known = names.filter((name) => name !== null);
  if (known.length === names.length && known.length > 0 && !call.isOpen) return known;
  emitDynamic(run, call, "the names are computed");
  return known.length > 0 ? known : null;
}

/** An empty step for what only machines notice. */
export const NOTHING: Step = { does: "nothing" };
