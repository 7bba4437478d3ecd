import type { ConstraintKind } from "./operation";
import type { Expression } from "./program";
import { emit, emitDynamic } from "./program-run";
import { option, resolve, textOf, textsOf } from "./program-values";
import { type DjangoVerb, given, tableOf, text } from "./python-django-models";
import { typeName } from "./python-types";

const KINDS: Record<string, ConstraintKind> = {
  UniqueConstraint: "unique",
  CheckConstraint: "check",
  ExclusionConstraint: "exclusion",
};

const addConstraint: DjangoVerb = (call, django) => {
  const { run } = django;
  const model = text(call, "model_name", 0, django);
  const definition = given(call, "constraint", 1, django);
  const constraint = definition && resolve(definition, run.scope);
  const kind = constraint?.is === "call" ? KINDS[typeName(constraint) ?? ""] : undefined;
  if (model === null || constraint?.is !== "call" || kind === undefined)
    return emitDynamic(run, call, "the constraint is computed");
  const check =
    option(constraint, "condition", run.scope) ?? option(constraint, "check", run.scope) ?? null;
  emit(run, call, {
    does: "add-constraint",
    table: tableOf(model, django),
    name: textOf(option(constraint, "name", run.scope), run.scope),
    kind,
    columns:
      kind === "unique" ? (textsOf(option(constraint, "fields", run.scope), run.scope) ?? []) : [],
    isNotValid: (typeName(call) ?? "").endsWith("NotValid"),
    text: kind === "check" && check ? source(check, run.program.text) : null,
  });
};

const source = ({ from, to }: Expression, text: string) =>
  text.slice(from, Math.min(to, from + 400));

const removeConstraint: DjangoVerb = (call, django) => {
  const model = text(call, "model_name", 0, django);
  if (model === null) return emitDynamic(django.run, call, "the model's name is computed");
  const name = text(call, "name", 1, django);
  emit(django.run, call, { does: "drop-constraint", table: tableOf(model, django), name });
};

const addIndex: DjangoVerb = (call, django) => {
  const model = text(call, "model_name", 0, django);
  if (model === null) return emitDynamic(django.run, call, "the model's name is computed");
  const index = given(call, "index", 1, django);
  const value = index && resolve(index, django.run.scope);
  const of = (key: string) => (value?.is === "call" ? option(value, key, django.run.scope) : null);
  emit(django.run, call, {
    does: "add-index",
    table: tableOf(model, django),
    name: textOf(of("name"), django.run.scope),
    isUnique: false,
    columns: textsOf(of("fields"), django.run.scope) ?? [],
  });
};

const removeIndex: DjangoVerb = (call, django) =>
  emit(django.run, call, { does: "drop-index", name: text(call, "name", 1, django) ?? "" });

const renameIndex: DjangoVerb = (call, django) => {
  const [old, now] = [text(call, "old_name", 2, django), text(call, "new_name", 1, django)];
  if (old === null || now === null) return emit(django.run, call, { does: "nothing" });
  emit(django.run, call, { does: "rename-unseen", name: old, to: now });
};

/** unique_together={("a", "b")}: all that hold from now on; none means that they are gone. */
const alterUniqueTogether: DjangoVerb = (call, django) => {
  const { run } = django;
  const model = text(call, "name", 0, django);
  const list = given(call, "unique_together", 1, django);
  const value = list && resolve(list, run.scope);
  if (model === null || !value)
    return emitDynamic(run, call, "what is unique together is computed");
  const table = tableOf(model, django);
  // set() and {} are how it writes "none".
  const isNone =
    value.is === "nothing" ||
    (value.is === "call" && value.name === "set" && value.args.length === 0) ||
    (value.is === "map" && value.entries.length === 0) ||
    (value.is === "list" && value.items.length === 0);
  if (isNone) return emit(run, call, { does: "drop-constraint", table, name: null });
  const nested = value.is === "call" ? value.args[0] : value;
  const items = nested?.is === "list" ? nested.items : [];
  const groups = items.some((one) => one.is === "list") ? items : nested ? [nested] : [];
  for (const group of groups)
    emit(run, call, {
      does: "add-constraint",
      table,
      name: null,
      kind: "unique",
      columns: textsOf(group, run.scope) ?? [],
      isNotValid: false,
      text: null,
    });
  if (groups.length === 0) emitDynamic(run, call, "what is unique together is computed");
};

const alterIndexTogether: DjangoVerb = (call, django) =>
  emit(django.run, call, { does: "nothing" });

/** A position among siblings: a column that Django fills in and the database doesn't. */
const alterOrder: DjangoVerb = (call, django) => {
  const model = text(call, "name", 0, django);
  if (model === null) return emitDynamic(django.run, call, "the model's name is computed");
  const isOff = given(call, "order_with_respect_to", 1, django)?.is === "nothing";
  const table = tableOf(model, django);
  if (isOff) return emit(django.run, call, { does: "drop-column", table, column: "_order" });
  const column = {
    name: "_order",
    type: "integer",
    isNotNull: true,
    isFilled: false,
    constraints: [],
  };
  emit(django.run, call, { does: "add-column", table, column });
};

const validate: DjangoVerb = (call, django) => {
  const [model, name] = [text(call, "model_name", 0, django), text(call, "name", 1, django)];
  if (model === null || name === null) return emit(django.run, call, { does: "nothing" });
  emit(django.run, call, { does: "validate-constraint", table: tableOf(model, django), name });
};

/** Operations on constraints and indexes, by name. */
export const CONSTRAINT_OPERATIONS: Record<string, DjangoVerb> = {
  AddConstraint: addConstraint,
  AddConstraintNotValid: addConstraint,
  AlterConstraint: alterIndexTogether,
  RemoveConstraint: removeConstraint,
  ValidateConstraint: validate,
  AddIndex: addIndex,
  AddIndexConcurrently: addIndex,
  RemoveIndex: removeIndex,
  RemoveIndexConcurrently: removeIndex,
  RenameIndex: renameIndex,
  AlterUniqueTogether: alterUniqueTogether,
  AlterIndexTogether: alterIndexTogether,
  AlterOrderWithRespectTo: alterOrder,
};
