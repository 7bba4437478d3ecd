import type { ColumnDef, Constraint, Node } from "libpg-query";
import type { Check, Column, ConstraintKind, Step } from "./operation";
import { drawnFrom, isMadeForEach, isNeverNull, readCheck } from "./postgresql-checks";
import { readFallible, readTooLong } from "./postgresql-fallible";
import { strings, typeText } from "./postgresql-names";

const SERIAL = /^(small|big)?serial[248]?$/;

/** The constraints that a column is written with. */
function constraintsOf(definition: ColumnDef): Constraint[] {
  return (definition.constraints ?? []).flatMap((node) =>
    "Constraint" in node ? [node.Constraint] : [],
  );
}

/** A column as CREATE TABLE and ADD COLUMN write it. */
export function readColumn(definition: ColumnDef): Column {
  const type = typeText(definition.typeName);
  const constraints = constraintsOf(definition);
  const isUnenforced = constraints.some(({ contype }) => contype === "CONSTR_ATTR_NOT_ENFORCED");
  const has = (contype: Constraint["contype"]) =>
    constraints.some((constraint) => constraint.contype === contype);
  const value = constraints.find(({ contype }) => contype === "CONSTR_DEFAULT")?.raw_expr;
  const computed = constraints.find(({ contype }) => contype === "CONSTR_GENERATED");
  const isSerial = type !== null && SERIAL.test(type);
  const hasDefault = value !== undefined && !isNullConstant(value);
  const kinds = constraints.flatMap(({ contype }): ConstraintKind[] => {
    const kind = kindOf(contype);
    return kind === null || (isUnenforced && isOptional(kind)) ? [] : [kind];
  });
  const checks = constraints.flatMap(({ contype, raw_expr }): Check[] =>
    contype === "CONSTR_CHECK" && !isUnenforced ? [readCheck(raw_expr)] : [],
  );
  const fails = computed
    ? (readFallible([computed.raw_expr]) ?? readTooLong(type, computed.raw_expr))
    : null;
  const draws = drawnFrom(value);
  return {
    name: definition.colname ?? "",
    type,
    isNotNull:
      (has("CONSTR_NOTNULL") && !isNeverNull(computed?.raw_expr)) ||
      has("CONSTR_PRIMARY") ||
      has("CONSTR_IDENTITY") ||
      isSerial,
    isFilled: hasDefault || isSerial || has("CONSTR_IDENTITY") || computed !== undefined,
    constraints: kinds,
    isFilledAlike: hasDefault && !isMadeForEach(value),
    ...(checks.length > 0 ? { checks } : {}),
    ...(computed ? { isComputed: true } : {}),
    ...(fails ? { fails } : {}),
    ...(draws.length > 0 ? { draws } : {}),
    ...(value !== undefined && !hasDefault ? { isDefaultNull: true } : {}),
  };
}

/** NULL, or NULL cast to a type. */
export function isNullConstant(node: Node): boolean {
  if ("TypeCast" in node)
    return node.TypeCast.arg !== undefined && isNullConstant(node.TypeCast.arg);
  return "A_Const" in node && node.A_Const.isnull === true;
}

function kindOf(contype: Constraint["contype"]): ConstraintKind | null {
  switch (contype) {
    case "CONSTR_UNIQUE":
      return "unique";
    case "CONSTR_PRIMARY":
      return "primary-key";
    case "CONSTR_FOREIGN":
      return "foreign-key";
    case "CONSTR_CHECK":
      return "check";
    case "CONSTR_EXCLUSION":
      return "exclusion";
    default:
      return null;
  }
}

/** Kinds that can be declared without being enforced. */
const isOptional = (kind: ConstraintKind) => kind === "check" || kind === "foreign-key";

/** A constraint of a table, as CREATE TABLE and ADD CONSTRAINT write it. */
export function readConstraint(table: string, constraint: Constraint): Step {
  const kind = kindOf(constraint.contype);
  const columns = strings(
    constraint.contype === "CONSTR_FOREIGN" ? constraint.fk_attrs : constraint.keys,
  );
  if (constraint.contype === "CONSTR_NOTNULL") {
    return { does: "set-not-null", table, column: columns[0] ?? "" };
  }
  if (kind === null) return { does: "nothing" };
  if (isOptional(kind) && constraint.is_enforced !== true) return { does: "nothing" };
  return {
    does: "add-constraint",
    table,
    name: constraint.conname ?? null,
    kind,
    columns,
    isNotValid: isOptional(kind) && constraint.initially_valid !== true,
    text: null,
    ...(kind === "check" ? { check: readCheck(constraint.raw_expr) } : {}),
    ...(constraint.indexname === undefined ? {} : { usingIndex: constraint.indexname }),
    ...(constraint.nulls_not_distinct ? { nullsAreAlike: true } : {}),
  };
}
