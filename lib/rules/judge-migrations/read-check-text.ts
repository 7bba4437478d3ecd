import { loadModule, parseSync } from "libpg-query";
import type { Check, Operation } from "./operation";
import { readCheck } from "./postgresql-checks";
import { tooDeep } from "./split-statements";
import { sqlTokens } from "./sql-tokens";

/** Checks that came as the text of a condition, as programs write them, are read too. */
export async function withReadChecks(operations: readonly Operation[]): Promise<Operation[]> {
  if (!operations.some(isUnread)) return [...operations];
  await loadModule();
  return operations.map((one) =>
    isUnread(one) && one.text !== null ? { ...one, check: readCheckText(one.text) } : one,
  );
}

function isUnread(
  operation: Operation,
): operation is Extract<Operation, { does: "add-constraint" }> {
  return (
    operation.does === "add-constraint" &&
    operation.kind === "check" &&
    operation.check === undefined &&
    operation.text !== null
  );
}

/** Any database's simple conditions read alike; what doesn't is any condition. */
function readCheckText(text: string): Check {
  const deep = tooDeep([...sqlTokens(text, "postgresql")], "postgresql");
  if (deep !== null || text.includes("\0")) return { is: "any" };
  try {
    const statement = parseSync(`SELECT (${text.toWellFormed()})`).stmts?.[0]?.stmt;
    const target =
      statement && "SelectStmt" in statement ? statement.SelectStmt.targetList?.[0] : undefined;
    return readCheck(target && "ResTarget" in target ? target.ResTarget.val : undefined);
  } catch {
    return { is: "any" };
  }
}
