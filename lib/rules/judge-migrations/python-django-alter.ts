import type { Call } from "./program";
import { emit, emitDynamic } from "./program-run";
import { widensBetween } from "./program-types";
import { option, truthOf } from "./program-values";
import { type Field, fieldOf } from "./python-django-fields";
import {
  type Django,
  type DjangoVerb,
  given,
  modelKey,
  tableOf,
  text,
} from "./python-django-models";

/**
 * AlterField gives a field's new form alone. What it changes is known where an earlier migration of the
 * set gave the old one, and where `makemigrations` left a one-off default: it asks for one only when a
 * field that might be null no longer may.
 */
export const alterField: DjangoVerb = (call, django) => {
  const { run, memory } = django;
  const [model, name] = [text(call, "model_name", 0, django), text(call, "name", 1, django)];
  const definition = given(call, "field", 2, django);
  const field = name === null ? null : fieldOf(name, definition, run.scope);
  if (model === null || name === null || field === null)
    return emitDynamic(run, call, "the field is computed");
  const key = `${modelKey(model, django)}.${name}`;
  const known = memory.fields.get(key);
  memory.fields.set(key, field);
  const table = tableOf(model, django);
  if (known) return emitDifference(call, table, known, field, django);
  if (field.isMany) return emitDynamic(run, call, UNTOLD);
  const column = field.column.name;
  const isOneOff = truthOf(option(call, "preserve_default", run.scope), run.scope) === false;
  if (field.column.isNotNull && isOneOff) emit(run, call, { does: "set-not-null", table, column });
  else if (!field.column.isNotNull) emit(run, call, { does: "drop-not-null", table, column });
  else emitDynamic(run, call, UNTOLD);
};

const UNTOLD = "it gives the field's new form and not the old one, so what it changes isn't told";

function emitDifference(call: Call, table: string, old: Field, now: Field, { run }: Django): void {
  if (old.isMany || now.isMany) {
    if (old.isMany === now.isMany) emit(run, call, { does: "nothing" });
    else emitDynamic(run, call, "a relation to many becomes something else");
    return;
  }
  const before = run.found.length;
  const [was, is] = [old.column, now.column];
  if (was.name !== is.name)
    emit(run, call, { does: "rename-column", table, column: was.name, to: is.name });
  const column = is.name;
  if (was.type !== is.type || was.type === null) {
    const widens = widensBetween(was.type, is.type);
    emit(run, call, { does: "change-type", table, column, to: is.type, widens });
  }
  if (was.isNotNull !== is.isNotNull)
    emit(run, call, { does: is.isNotNull ? "set-not-null" : "drop-not-null", table, column });
  if (old.filledWith !== now.filledWith)
    emit(run, call, {
      does: now.filledWith === null ? "drop-default" : "set-default",
      table,
      column,
    });
  for (const kind of is.constraints)
    if (!was.constraints.includes(kind))
      emit(run, call, {
        does: "add-constraint",
        table,
        name: null,
        kind,
        columns: [column],
        isNotValid: false,
        text: null,
      });
  if (run.found.length === before) emit(run, call, { does: "nothing" });
}
