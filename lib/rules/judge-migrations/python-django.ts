import type { Call, Expression } from "./program";
import { emit, emitDynamic, emitSql, type Run } from "./program-run";
import { resolve, textOf, truthOf } from "./program-values";
import { walkCallback } from "./program-walk";
import { alterField } from "./python-django-alter";
import { CONSTRAINT_OPERATIONS } from "./python-django-constraints";
import { fieldOf } from "./python-django-fields";
import {
  type Django,
  type DjangoVerb,
  given,
  modelKey,
  tableOf,
  text,
} from "./python-django-models";
import { typeName } from "./python-types";

/** Reads a list of operations in order. */
export function readOperations(list: Expression | null, django: Django): void {
  const { run } = django;
  const value = list && resolve(list, run.scope);
  if (value?.is !== "list") {
    if (value) emitDynamic(run, value, "its operations are computed");
    return;
  }
  for (const item of value.items) {
    const one = resolve(item, run.scope);
    if (one.is === "call") readOperation(one, django);
    else emitDynamic(run, item, "an operation is computed");
  }
}

/** Whether a call makes one of Django's operations. */
export function isOperation(call: Call): boolean {
  const name = typeName(call) ?? "";
  return Object.hasOwn(OPERATIONS, name) || Object.hasOwn(CONSTRAINT_OPERATIONS, name);
}

export function readOperation(call: Call, django: Django): void {
  const name = typeName(call) ?? "";
  const own = OPERATIONS[name] ?? CONSTRAINT_OPERATIONS[name];
  if (isOperation(call)) own?.(call, django);
  else emitDynamic(django.run, call, `${name || "an operation"} isn't one of Django's own`);
}

const nothing: DjangoVerb = (call, { run }) => emit(run, call, { does: "nothing" });

function withoutTable(call: Call, model: string, django: Django): void {
  django.memory.tableless.add(modelKey(model, django));
  nothing(call, django);
}

const createModel: DjangoVerb = (call, django) => {
  const { run, memory } = django;
  const model = text(call, "name", 0, django);
  if (model === null) return emitDynamic(run, call, "the model's name is computed");
  const options = given(call, "options", 2, django);
  const map = options && resolve(options, run.scope);
  const entry = (key: string) =>
    map?.is === "map" ? (map.entries.find((one) => one.key === key)?.value ?? null) : null;
  if (truthOf(entry("managed"), run.scope) === false || truthOf(entry("proxy"), run.scope) === true)
    return withoutTable(call, model, django);
  const table = textOf(entry("db_table"), run.scope);
  if (table !== null) memory.tables.set(modelKey(model, django), table);
  const list = given(call, "fields", 1, django);
  const fields = list && resolve(list, run.scope);
  const columns = (fields?.is === "list" ? fields.items : []).flatMap((item) => {
    const pair = resolve(item, run.scope);
    const name = pair.is === "list" ? textOf(pair.items[0], run.scope) : null;
    const field =
      name === null || pair.is !== "list" ? null : fieldOf(name, pair.items[1], run.scope);
    if (name === null || field === null) return [];
    memory.fields.set(`${modelKey(model, django)}.${name}`, field);
    return field.isMany ? [] : [field.column];
  });
  emit(run, call, {
    does: "create-table",
    table: tableOf(model, django),
    columns,
    ifNotExists: false,
  });
};

const deleteModel: DjangoVerb = (call, django) => {
  const model = text(call, "name", 0, django);
  if (model === null) return emitDynamic(django.run, call, "the model's name is computed");
  if (django.memory.tableless.has(modelKey(model, django))) return nothing(call, django);
  emit(django.run, call, { does: "drop-table", table: tableOf(model, django) });
};

const renameModel: DjangoVerb = (call, django) => {
  const [old, now] = [text(call, "old_name", 0, django), text(call, "new_name", 1, django)];
  if (old === null || now === null)
    return emitDynamic(django.run, call, "the model's name is computed");
  const { memory } = django;
  const table = memory.tables.get(modelKey(old, django));
  for (const [key, field] of [...memory.fields])
    if (key.startsWith(`${modelKey(old, django)}.`))
      memory.fields.set(
        `${modelKey(now, django)}${key.slice(modelKey(old, django).length)}`,
        field,
      );
  if (table !== undefined) {
    memory.tables.set(modelKey(now, django), table);
    return emit(django.run, call, { does: "nothing" });
  }
  emit(django.run, call, {
    does: "rename-table",
    table: tableOf(old, django),
    to: tableOf(now, django),
  });
};

const alterTable: DjangoVerb = (call, django) => {
  const model = text(call, "name", 0, django);
  if (model === null) return emitDynamic(django.run, call, "the model's name is computed");
  const to = text(call, "table", 1, django);
  const table = tableOf(model, django);
  if (to === null)
    return emitDynamic(django.run, call, "the table gets the name that Django gives it");
  django.memory.tables.set(modelKey(model, django), to);
  emit(django.run, call, to === table ? { does: "nothing" } : { does: "rename-table", table, to });
};

const addField: DjangoVerb = (call, django) => {
  const { run, memory } = django;
  const [model, name] = [text(call, "model_name", 0, django), text(call, "name", 1, django)];
  const field = name === null ? null : fieldOf(name, given(call, "field", 2, django), run.scope);
  if (model === null || name === null || field === null)
    return emitDynamic(run, call, "the field is computed");
  memory.fields.set(`${modelKey(model, django)}.${name}`, field);
  const table = tableOf(model, django);
  if (field.isMany)
    emit(run, call, {
      does: "create-table",
      table: `${table}_${name}`,
      columns: [],
      ifNotExists: false,
    });
  else emit(run, call, { does: "add-column", table, column: field.column });
};

const removeField: DjangoVerb = (call, django) => {
  const { run, memory } = django;
  const [model, name] = [text(call, "model_name", 0, django), text(call, "name", 1, django)];
  if (model === null || name === null)
    return emitDynamic(run, call, "the field's name is computed");
  const known = memory.fields.get(`${modelKey(model, django)}.${name}`);
  const table = tableOf(model, django);
  if (known?.isMany) emit(run, call, { does: "drop-table", table: `${table}_${name}` });
  else emit(run, call, { does: "drop-column", table, column: known?.column.name ?? name });
};

const renameField: DjangoVerb = (call, django) => {
  const { run, memory } = django;
  const model = text(call, "model_name", 0, django);
  const [old, now] = [text(call, "old_name", 1, django), text(call, "new_name", 2, django)];
  if (model === null || old === null || now === null)
    return emitDynamic(run, call, "the field's name is computed");
  const table = tableOf(model, django);
  const key = modelKey(model, django);
  const known = memory.fields.get(`${key}.${old}`);
  if (known?.isMany)
    return emit(run, call, {
      does: "rename-table",
      table: `${table}_${old}`,
      to: `${table}_${now}`,
    });
  const was = known?.column.name ?? old;
  // A column that was given its own name keeps it.
  if (known && was !== old && was !== `${old}_id`) {
    memory.fields.set(`${key}.${now}`, known);
    return emit(run, call, { does: "nothing" });
  }
  const to = was === `${old}_id` ? `${now}_id` : now;
  if (known)
    memory.fields.set(`${key}.${now}`, { ...known, column: { ...known.column, name: to } });
  emit(run, call, { does: "rename-column", table, column: was, to });
};

const runSql: DjangoVerb = (call, django) => {
  const { run } = django;
  const sql = given(call, "sql", 0, django);
  const value = sql && resolve(sql, run.scope);
  if (value?.is !== "list") return readOneSql(call, sql, run);
  for (const item of value.items) {
    const one = resolve(item, run.scope);
    // (statement, parameters)
    readOneSql(call, one.is === "list" ? (one.items[0] ?? null) : one, run);
  }
};

function readOneSql(call: Call, sql: Expression | null, run: Run): void {
  const isNoop = sql?.is === "name" && sql.name.endsWith("noop");
  if (isNoop) emit(run, call, { does: "nothing" });
  else emitSql(run, call, sql);
}

const runPython: DjangoVerb = (call, django) => {
  const code = given(call, "code", 0, django);
  const name = code?.is === "name" ? code.name : "a function";
  if (name.endsWith("noop")) emit(django.run, call, { does: "nothing" });
  else {
    readCode(name, django);
    emitDynamic(django.run, call, `it runs ${name}, which may change rows`);
  }
};

/** SQL that a function of the same file gives to the database: schema_editor.execute(…), cursor.execute(…). */
function readCode(name: string, { run }: Django): void {
  const code = run.functions.get(name);
  if (!code) return;
  const interpret: Run["interpret"] = (call, inner) => {
    if (call.name !== "execute" || call.on === null || call.args.length === 0) return "harmless";
    emitSql(inner, call, call.args[0]);
    return "read";
  };
  walkCallback(code, { ...run, interpret, following: [code] });
}

const separate: DjangoVerb = (call, django) => {
  readOperations(given(call, "database_operations", 0, django), django);
  // What only Django believes: remembered, and not done.
  const silent = { ...django, run: { ...django.run, found: [] } };
  readOperations(given(call, "state_operations", 1, django), silent);
};

const extension: DjangoVerb = (call, { run }) => emit(run, call, { does: "nothing" });

const OPERATIONS: Record<string, DjangoVerb> = {
  CreateModel: createModel,
  DeleteModel: deleteModel,
  RenameModel: renameModel,
  AlterModelTable: alterTable,
  AlterModelTableComment: nothing,
  AlterModelOptions: nothing,
  AlterModelManagers: nothing,
  AddField: addField,
  RemoveField: removeField,
  RenameField: renameField,
  AlterField: alterField,
  RunSQL: runSql,
  RunPython: runPython,
  SeparateDatabaseAndState: separate,
  CreateExtension: extension,
  BtreeGinExtension: extension,
  BtreeGistExtension: extension,
  CITextExtension: extension,
  CryptoExtension: extension,
  HStoreExtension: extension,
  TrigramExtension: extension,
  UnaccentExtension: extension,
  CreateCollation: extension,
};
