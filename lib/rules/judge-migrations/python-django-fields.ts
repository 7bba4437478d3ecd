import type { Column, ConstraintKind } from "./operation";
import type { Call, Expression } from "./program";
import { isMadeForEachRow } from "./program-defaults";
import { entryOf, resolve, type Scope, textOf, truthOf } from "./program-values";
import { djangoType, typeName } from "./python-types";

/** A model's field as a migration gives it: all of it, each time. */
export type Field = {
  column: Column;
  isMany: boolean;
  /** What the database itself fills in, as it is written; null for none. */
  filledWith: string | null;
};

/**
 * What migrations read so far said about models and fields, by "app.model" and "app.model.field": an
 * AlterField gives the new form alone, so that only this tells what it changes.
 */
export type DjangoMemory = {
  tables: Map<string, string>;
  fields: Map<string, Field>;
  /** Models without a table of their own: proxies, and those that Django doesn't manage. */
  tableless: Set<string>;
};

export const newDjangoMemory = (): DjangoMemory => ({
  tables: new Map(),
  fields: new Map(),
  tableless: new Set(),
});

const RELATIONS = new Set(["ForeignKey", "OneToOneField"]);
const SERIAL = /(^|Small|Big)AutoField$/;

/** models.CharField(max_length=20, null=True); null when it is computed. */
export function fieldOf(
  name: string,
  expression: Expression | null | undefined,
  scope: Scope,
): Field | null {
  const call = expression && resolve(expression, scope);
  if (call?.is !== "call" || call.isOpen) return null;
  const type = typeName(call) ?? "";
  const isRelation = RELATIONS.has(type) || type.endsWith("ForeignKey");
  const isPrimary = truth(call, "primary_key", scope) || SERIAL.test(type);
  const given = entryOf(call.named, "db_default");
  const filled = given && resolve(given, scope).is !== "nothing" ? given : null;
  const constraints: ConstraintKind[] = [];
  if (isPrimary) constraints.push("primary-key");
  if (truth(call, "unique", scope) || type === "OneToOneField") constraints.push("unique");
  const isConstrained = truthOf(entryOf(call.named, "db_constraint"), scope) !== false;
  if (isRelation && isConstrained) constraints.push("foreign-key");
  if (type.startsWith("Positive")) constraints.push("check");
  return {
    isMany: type === "ManyToManyField" || type.endsWith("ManyToManyField"),
    filledWith: filled && JSON.stringify([filled.is, textOf(filled, scope)]),
    column: {
      name: textOf(entryOf(call.named, "db_column"), scope) ?? (isRelation ? `${name}_id` : name),
      type: isRelation ? null : djangoType(call, scope),
      isNotNull:
        !truth(call, "null", scope) && type !== "NullBooleanField" && type !== "GeneratedField",
      // `default=` is Django's own: the database's default is taken away as the migration ends.
      isFilled: filled !== null || type === "GeneratedField" || SERIAL.test(type),
      constraints,
      ...(isMadeForEachRow(filled, scope) ? { isFilledAlike: false } : {}),
      ...(type === "GeneratedField" ? { isComputed: true } : {}),
    },
  };
}

const truth = (call: Call, key: string, scope: Scope) =>
  truthOf(entryOf(call.named, key), scope) === true;
