import type { Call } from "./program";
import { emit, emitDynamic, type Run } from "./program-run";
import { widensBetween } from "./program-types";
import { option, resolve, textOf, truthOf } from "./program-values";
import { sqlalchemyType } from "./python-types";

/** op.alter_column: each of its arguments that is given is a change of its own; `existing_…` is what was. */
export function alterColumn(call: Call, table: string, column: string | null, run: Run): void {
  if (column === null) {
    emitDynamic(run, call, "the column's name is computed");
    return;
  }
  const type = option(call, "type_", run.scope);
  if (type) {
    const to = sqlalchemyType(type, run);
    const from = sqlalchemyType(option(call, "existing_type", run.scope), run);
    const isConverted = option(call, "postgresql_using", run.scope) !== null;
    const widens = isConverted ? false : widensBetween(from, to);
    if (from === null || from !== to)
      emit(run, call, { does: "change-type", table, column, to, widens });
  }
  const nullable = truthOf(option(call, "nullable", run.scope), run.scope);
  const was = truthOf(option(call, "existing_nullable", run.scope), run.scope);
  if (nullable !== null && nullable !== was)
    emit(run, call, { does: nullable ? "drop-not-null" : "set-not-null", table, column });
  const filled = option(call, "server_default", run.scope);
  const value = filled && resolve(filled, run.scope);
  // False is how it says "leave it".
  if (value && value.is !== "truth")
    emit(run, call, {
      does: value.is === "nothing" ? "drop-default" : "set-default",
      table,
      column,
    });
  const to = textOf(option(call, "new_column_name", run.scope), run.scope);
  if (to !== null && to !== column) emit(run, call, { does: "rename-column", table, column, to });
}
