import type { Check } from "./operation";

export type Outcome = "true" | "false" | "null";

const ALL: readonly Outcome[] = ["true", "false", "null"];

/** What a condition may come to, given which columns are sure to be null. SQL's three-valued logic. */
export function checkOutcomes(check: Check, isNull: (column: string) => boolean): Set<Outcome> {
  switch (check.is) {
    case "constant":
      return new Set<Outcome>([check.value === null ? "null" : check.value ? "true" : "false"]);
    case "null-test":
      if (!isNull(check.column)) return new Set<Outcome>(["true", "false"]);
      return new Set<Outcome>([check.isNull ? "true" : "false"]);
    case "strict":
      // Other columns may be null too, as they always might.
      return new Set(check.columns.some(isNull) ? ["null"] : ALL);
    case "not":
      return new Set([...checkOutcomes(check.part, isNull)].map(negated));
    case "and":
    case "or": {
      const join = check.is === "and" ? and : or;
      let sofar = new Set<Outcome>([check.is === "and" ? "true" : "false"]);
      for (const part of check.parts) {
        const next = checkOutcomes(part, isNull);
        sofar = new Set([...sofar].flatMap((a) => [...next].map((b) => join(a, b))));
      }
      return sofar;
    }
    case "any":
      return new Set(ALL);
    default:
      return check satisfies never;
  }
}

const negated = (one: Outcome): Outcome =>
  one === "null" ? "null" : one === "true" ? "false" : "true";

function and(a: Outcome, b: Outcome): Outcome {
  if (a === "false" || b === "false") return "false";
  return a === "true" && b === "true" ? "true" : "null";
}

function or(a: Outcome, b: Outcome): Outcome {
  return negated(and(negated(a), negated(b)));
}
