import type { FieldProblem } from "./status-error.ts";

/** A field that has to be there and isn't. */
export function requiredValue(field: string, more?: string): FieldProblem {
  const message = more ? `Required value: ${more}` : "Required value";
  return { field, reason: "FieldValueRequired", message };
}

/** A field whose value breaks a rule. */
export function invalidValue(field: string, value: unknown, why: string): FieldProblem {
  const shown = value === undefined ? "null" : JSON.stringify(value);
  return { field, reason: "FieldValueInvalid", message: `Invalid value: ${shown}: ${why}` };
}
