import type { SchemaClass, SchemaFinding, SchemaVerdict } from "@/lib/contracts/schema-judgement";
import type { Fallible, Operation } from "./operation";

/** Every rule with what it means for the version before. Names as the screen and the docs give them. */
const CLASS_OF = {
  "drop-table": "BREAKS_READ_WRITE",
  "rename-table": "BREAKS_READ_WRITE",
  "replace-table": "BREAKS_READ_WRITE",
  "drop-column": "BREAKS_READ_WRITE",
  "rename-column": "BREAKS_READ_WRITE",
  "replace-column": "BREAKS_READ_WRITE",
  "change-type": "BREAKS_READ_WRITE",
  "drop-view": "BREAKS_READ_WRITE",
  "drop-type": "BREAKS_READ_WRITE",
  "rename-type": "BREAKS_READ_WRITE",
  "rename-enum-value": "BREAKS_READ_WRITE",
  "drop-routine": "BREAKS_READ_WRITE",
  "drop-sequence": "BREAKS_READ_WRITE",
  "drop-schema": "BREAKS_READ_WRITE",
  "drop-database": "BREAKS_READ_WRITE",
  "required-field": "BREAKS_WRITE",
  "set-not-null": "BREAKS_WRITE",
  "add-unique": "BREAKS_WRITE",
  "add-primary-key": "BREAKS_WRITE",
  "add-foreign-key": "BREAKS_WRITE",
  "add-check": "BREAKS_WRITE",
  "add-exclusion": "BREAKS_WRITE",
  "not-valid-constraint": "BREAKS_WRITE",
  "unique-index": "BREAKS_WRITE",
  "restrict-writes": "BREAKS_WRITE",
  "rejecting-trigger": "BREAKS_WRITE",
  "failing-expression": "BREAKS_WRITE",
  "drop-policy": "BREAKS_WRITE",
  "narrow-policy": "BREAKS_WRITE",
  "make-anew": "DATA_LOSS",
  truncate: "DATA_LOSS",
  "delete-rows": "DATA_LOSS",
  "overwrite-rows": "DATA_LOSS",
  "drop-partition": "DATA_LOSS",
  "insert-rows": "BREAKS_READ_SEMANTICS",
  "fill-new-columns": "BREAKS_READ_SEMANTICS",
  "drop-not-null": "BREAKS_READ_SEMANTICS",
  "change-default": "BREAKS_READ_SEMANTICS",
  "resize-type": "BREAKS_READ_SEMANTICS",
  "redefine-column": "BREAKS_READ_SEMANTICS",
  "add-enum-value": "BREAKS_READ_SEMANTICS",
  "redefine-view": "BREAKS_READ_SEMANTICS",
  "redefine-type": "BREAKS_READ_SEMANTICS",
  "redefine-routine": "BREAKS_READ_SEMANTICS",
  "redefine-sequence": "BREAKS_READ_SEMANTICS",
  "redefine-constraint": "BREAKS_READ_SEMANTICS",
  "view-for-table": "BREAKS_READ_SEMANTICS",
  "rebuild-table": "BREAKS_READ_SEMANTICS",
  "redefine-policy": "BREAKS_READ_SEMANTICS",
  trigger: "BREAKS_READ_SEMANTICS",
  "drop-trigger": "BREAKS_READ_SEMANTICS",
  "restrict-access": "BREAKS_READ_SEMANTICS",
  "computed-not-null": "UNREADABLE",
  "doubtful-expression": "UNREADABLE",
  "doubtful-default": "UNREADABLE",
  "keep-both-completed": "UNREADABLE",
  dynamic: "UNREADABLE",
  unreadable: "UNREADABLE",
  "add-table": "SAFE",
  "add-column": "SAFE",
  "add-index": "SAFE",
  "add-view": "SAFE",
  "view-of-all": "SAFE",
  "add-type": "SAFE",
  "add-routine": "SAFE",
  "add-sequence": "SAFE",
  "add-policy": "SAFE",
  "add-schema": "SAFE",
  "idle-constraint": "SAFE",
  "drop-constraint": "SAFE",
  "drop-index": "SAFE",
  "widen-type": "SAFE",
  "keep-both": "SAFE",
  "validate-constraint": "LOCK_ONLY",
} as const satisfies Record<string, SchemaClass>;

export type SchemaRule = keyof typeof CLASS_OF;

/** What a class comes to: it breaks, only the data tells, or it can't be noticed. */
export function verdictOf(one: SchemaClass): SchemaVerdict {
  switch (one) {
    case "BREAKS_READ_WRITE":
    case "BREAKS_WRITE":
      return "incompatible";
    case "DATA_LOSS":
    case "BREAKS_READ_SEMANTICS":
    case "UNREADABLE":
      return "unknown";
    case "SAFE":
    case "LOCK_ONLY":
      return "compatible";
    default:
      return one satisfies never;
  }
}

/** A finding on one operation: the sentence says what it does to the older version. */
export function finding(rule: SchemaRule, by: Operation, sentence: string): SchemaFinding {
  const { path, line, statement } = by;
  return {
    rule,
    class: CLASS_OF[rule],
    verdict: verdictOf(CLASS_OF[rule]),
    path,
    line,
    statement: statement.slice(0, 400),
    sentence,
  };
}

/** A finding on an expression that can't be worked out for every row. */
export function failing(by: Operation, own: string, { isSure }: Fallible): SchemaFinding {
  return isSure
    ? finding(
        "failing-expression",
        by,
        `${own}, can't be worked out for every row: others are refused.`,
      )
    : finding(
        "doubtful-expression",
        by,
        `${own}, may fail for some rows; what they can hold, the text doesn't tell.`,
      );
}
