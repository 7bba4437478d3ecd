import type { Column, ConstraintKind } from "./operation";
import type { Call, Expression } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { emit, emitDynamic, emitSql, type Reading, type Run } from "./program-run";
import { option, resolve, textOf, textsOf, truthOf } from "./program-values";
import { alterColumn } from "./python-alter-column";
import { sqlalchemyType, typeName } from "./python-types";

const words = (text: string) => new Set(text.split(" "));
const HARMLESS = words(
  "batch_alter_table get_bind get_context autocommit_block inspect reflecttable print len list dict set tuple str int sorted range enumerate isinstance hasattr getattr info warning debug getLogger warn has_table get_columns get_table_names get_indexes get_foreign_keys get_unique_constraints get_check_constraints get_enums has_column create_table_comment drop_table_comment fetchall fetchone scalar scalars all first mappings keys items values get upper lower split strip replace format join append extend add pop begin_nested begin flush close from_engine table column MetaData Table text sleep now utcnow get_current_dialect supports_sane_rowcount get_x_argument bindparams is_offline_mode lower startswith endswith",
);
const GUARDS =
  /^(has_table|has_column|has_index|get_columns|get_table_names|get_indexes|get_foreign_keys|get_unique_constraints|get_check_constraints|get_enums|get_view_names|(_?(table|column|index|constraint)_?exists)|(_?has_(table|column|index|constraint)s?))$/;

/** Reads one call of an Alembic migration. */
export function interpretAlembic(call: Call, run: Run): Reading {
  const on = call.on && resolve(call.on, run.scope);
  const isOp = on?.is === "name" && (on.name === "op" || on.name === "alembic.op");
  const batch = on?.is === "call" && on.name === "batch_alter_table" ? on : null;
  if (/^(execute|exec_driver_sql)$/.test(call.name) && call.args.length > 0) {
    emitSql(run, call, call.args[0]);
    return "read";
  }
  if (isOp || batch) {
    if (call.name === "batch_alter_table") return "harmless";
    if (onTable(call, batch, run) || onOthers(call, run)) return "read";
    return HARMLESS.has(call.name) ? "harmless" : "unknown";
  }
  if (onEnum(call, on, run)) return "read";
  const last = call.name.slice(call.name.lastIndexOf(".") + 1);
  return HARMLESS.has(last) || /^[A-Z]/.test(last) ? "harmless" : "unknown";
}

/** `if not inspector.has_table(…)`: the work is done once, whoever did it. */
export function isAlembicGuard(test: Expression, run: Run, depth = 0): boolean {
  if (depth > 6) return false;
  const value = resolve(test, run.scope);
  switch (value.is) {
    case "call":
      return (
        GUARDS.test(value.name) ||
        value.name === "dialect" ||
        (value.on !== null && isAlembicGuard(value.on, run, depth + 1)) ||
        value.args.some((one) => isAlembicGuard(one, run, depth + 1))
      );
    case "computed":
      return value.inside.some((one) => isAlembicGuard(one, run, depth + 1));
    case "name":
      return /\bdialect\b/.test(value.name);
    default:
      return false;
  }
}

/** The arguments of a call by name, or by position behind the table that a batch has already given. */
type Given = (key: string, at: number) => Expression | null;

function onTable(call: Call, batch: Call | null, run: Run): boolean {
  const kind = CONSTRAINTS[call.name];
  if (!TABLE_CALLS.has(call.name) && kind === undefined) return false;
  // Of the calls that name a constraint or an index first, the table comes second.
  const isSecond = kind !== undefined || /^(create_index|drop_constraint)$/.test(call.name);
  const tableAt = isSecond ? 1 : 0;
  const given: Given = (key, at) =>
    option(call, key, run.scope) ?? call.args[batch && at > tableAt ? at - 1 : at] ?? null;
  const named = batch
    ? (option(batch, "table_name", run.scope) ?? batch.args[0] ?? null)
    : (option(call, kind === "foreign-key" ? "source_table" : "table_name", run.scope) ??
      call.args[tableAt]);
  const bare = tableIn(named, run);
  if (bare === null) {
    emitDynamic(run, call, "the table's name is computed");
    return true;
  }
  const schema = textOf(
    option(batch ?? call, kind === "foreign-key" ? "source_schema" : "schema", run.scope),
    run.scope,
  );
  const table = schema === null ? bare : `${schema}.${bare}`;
  if (kind !== undefined) addConstraint(call, table, kind, given, run);
  else onOneTable(call, table, given, batch !== null, run);
  if (call.isOpen && call.name !== "create_table")
    emitDynamic(run, call, "some of its arguments are computed");
  return true;
}

/** "orders", or what sa.table("orders", …) is called. */
function tableIn(named: Expression | null | undefined, run: Run): string | null {
  const value = named && resolve(named, run.scope);
  if (value?.is === "call" && /^(table|Table|create_table)$/.test(typeName(value) ?? ""))
    return textOf(value.args[0], run.scope);
  return textOf(value, run.scope);
}

const TABLE_CALLS = words(
  "add_column drop_column alter_column create_table drop_table rename_table create_index drop_constraint bulk_insert",
);
const CONSTRAINTS: Record<string, ConstraintKind> = {
  create_unique_constraint: "unique",
  create_check_constraint: "check",
  create_foreign_key: "foreign-key",
  create_primary_key: "primary-key",
  create_exclude_constraint: "exclusion",
};

function onOneTable(call: Call, table: string, given: Given, isBatch: boolean, run: Run): void {
  const text = (key: string, at: number) => textOf(given(key, at), run.scope);
  // A batch leaves the table out, so what follows it is one place further to the front.
  const first = isBatch ? 0 : 1;
  const argument = (key: string) => option(call, key, run.scope) ?? call.args[first] ?? null;
  switch (call.name) {
    case "add_column":
      addColumn(call, table, argument("column"), run);
      return;
    case "drop_column": {
      const column = textOf(argument("column_name"), run.scope);
      if (column === null) emitDynamic(run, call, "the column's name is computed");
      else emit(run, call, { does: "drop-column", table, column });
      return;
    }
    case "alter_column":
      alterColumn(call, table, textOf(argument("column_name"), run.scope), run);
      return;
    case "create_table":
      createTable(call, table, run);
      return;
    case "drop_table":
      emit(run, call, { does: "drop-table", table });
      return;
    case "rename_table": {
      const to = text("new_table_name", 1);
      if (to === null) emitDynamic(run, call, "the new name is computed");
      else emit(run, call, { does: "rename-table", table, to });
      return;
    }
    case "create_index": {
      const isUnique = truthOf(option(call, "unique", run.scope), run.scope) === true;
      const columns = textsOf(given("columns", 2), run.scope) ?? [];
      emit(run, call, { does: "add-index", table, name: text("index_name", 0), isUnique, columns });
      return;
    }
    case "drop_constraint":
      emit(run, call, { does: "drop-constraint", table, name: text("constraint_name", 0) });
      return;
    default:
      emit(run, call, { does: "change-data", how: "insert", table, overwrites: false });
  }
}

function addConstraint(
  call: Call,
  table: string,
  kind: ConstraintKind,
  given: Given,
  run: Run,
): void {
  const local = kind === "foreign-key" ? given("local_cols", 3) : given("columns", 2);
  emit(run, call, {
    does: "add-constraint",
    table,
    name: textOf(given("constraint_name", 0), run.scope),
    kind,
    columns: kind === "check" ? [] : (textsOf(local, run.scope) ?? []),
    isNotValid: truthOf(option(call, "postgresql_not_valid", run.scope), run.scope) === true,
    text: kind === "check" ? textOf(given("condition", 2), run.scope) : null,
  });
}

function addColumn(call: Call, table: string, given: Expression | null, run: Run): void {
  const column = given && columnOf(given, run);
  if (!column) {
    emitDynamic(run, call, "the column is computed");
    return;
  }
  emit(run, call, { does: "add-column", table, column });
  const written = resolve(given, run.scope);
  if (written.is === "call" && written.isOpen)
    emitDynamic(run, call, "some of the column's arguments are computed");
}

/** sa.Column("name", sa.String(50), nullable=False, server_default="x"). */
function columnOf(expression: Expression, run: Run): Column | null {
  const call = resolve(expression, run.scope);
  if (call.is !== "call" || typeName(call) !== "Column") return null;
  const name = textOf(option(call, "name", run.scope) ?? call.args[0], run.scope);
  if (name === null) return null;
  const isPrimary = truthOf(option(call, "primary_key", run.scope), run.scope) === true;
  const nullable = truthOf(option(call, "nullable", run.scope), run.scope);
  const filled = option(call, "server_default", run.scope);
  const extras = call.args.slice(1).map((arg) => typeName(resolve(arg, run.scope)));
  const constraints: ConstraintKind[] = [];
  if (isPrimary) constraints.push("primary-key");
  if (truthOf(option(call, "unique", run.scope), run.scope)) constraints.push("unique");
  if (extras.includes("ForeignKey")) constraints.push("foreign-key");
  if (extras.includes("CheckConstraint")) constraints.push("check");
  return {
    name,
    type: sqlalchemyType(option(call, "type_", run.scope) ?? call.args[1], run),
    isNotNull: nullable === null ? isPrimary : !nullable,
    isFilled:
      (filled !== null && resolve(filled, run.scope).is !== "nothing") ||
      extras.some((one) => one === "Identity" || one === "Computed" || one === "FetchedValue") ||
      (isPrimary && option(call, "autoincrement", run.scope) === null),
    constraints,
    ...(isMadeForEachRow(filled, run.scope) ? { isFilledAlike: false } : {}),
    ...(extras.includes("Computed") ? { isComputed: true } : {}),
  };
}

function createTable(call: Call, table: string, run: Run): void {
  const columns = call.args.slice(1).flatMap((arg) => columnOf(arg, run) ?? []);
  const ifNotExists = truthOf(option(call, "if_not_exists", run.scope), run.scope) === true;
  emit(run, call, { does: "create-table", table, columns, ifNotExists });
}

function onOthers(call: Call, run: Run): boolean {
  if (call.name !== "drop_index") return false;
  const name = textOf(option(call, "index_name", run.scope) ?? call.args[0], run.scope);
  emit(run, call, { does: "drop-index", name: name ?? "" });
  return true;
}

/** sa.Enum("a", "b", name="status").create(op.get_bind()), and .drop(…). */
function onEnum(call: Call, on: Expression | null, run: Run): boolean {
  if (on?.is !== "call" || (call.name !== "create" && call.name !== "drop")) return false;
  const kind = typeName(on);
  if (kind !== "Enum" && kind !== "ENUM") return false;
  const type = textOf(option(on, "name", run.scope), run.scope);
  if (type === null) emitDynamic(run, call, "the type's name is computed");
  else emit(run, call, { does: call.name === "create" ? "create-type" : "drop-type", type });
  return true;
}
