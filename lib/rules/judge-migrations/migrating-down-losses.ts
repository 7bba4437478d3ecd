import type { SchemaLoss } from "@/lib/contracts/schema-judgement";
import { momentInWords } from "@/lib/rules/moment-words";
import type { Operation } from "./operation";

/** What the way down takes with it, statement by statement. `since`: when what it takes away went live. */
export function lossesOf(down: readonly Operation[], since: string | null): SchemaLoss[] {
  const when = since === null ? "since it went live" : `since ${momentInWords(since)}`;
  return down.flatMap((operation) => {
    const sentence = sentenceOf(operation, when);
    const { path, line, statement } = operation;
    return sentence === null ? [] : [{ path, line, statement, sentence }];
  });
}

function sentenceOf(operation: Operation, when: string): string | null {
  switch (operation.does) {
    case "drop-column":
      return `dropping \`${operation.column}\` of \`${operation.table}\`: values written ${when} go with it`;
    case "drop-table":
      return `dropping \`${operation.table}\`: rows written ${when} go with it`;
    case "drop-schema":
      return `dropping the schema \`${operation.schema}\`: everything written in it ${when} goes with it`;
    case "drop-database":
      return `dropping the database \`${operation.database}\`: everything in it goes with it`;
    case "change-data":
      return dataSentence(operation, when);
    case "change-type":
      if (operation.widens === true) return null;
      return `turning \`${operation.column}\` of \`${operation.table}\` back into ${operation.to ?? "its old type"}: values written ${when} that don't fit are refused or cut`;
    case "dynamic":
    case "unreadable":
      return `nobody can tell what this takes with it: ${operation.why}`;
    default:
      return null;
  }
}

function dataSentence(
  { how, table, overwrites }: Extract<Operation, { does: "change-data" }>,
  when: string,
): string | null {
  if (how === "truncate") return `emptying \`${table}\`: its rows go, those written ${when} too`;
  if (how === "delete")
    return `deleting rows of \`${table}\`: those written ${when} may be among them`;
  return overwrites
    ? `overwriting values of \`${table}\`: those written ${when} may be among them`
    : null;
}

/** What was lost on the way up: taking the migration back doesn't bring it back. */
export function beyondReturn(up: readonly Operation[], made: ReadonlySet<string>): string[] {
  return up.flatMap((one) => {
    switch (one.does) {
      case "drop-column":
        return made.has(`${one.table}.${one.column}`)
          ? []
          : [gone(`The values of \`${one.table}.${one.column}\``, one)];
      case "drop-table":
        return made.has(one.table) ? [] : [gone(`The rows of \`${one.table}\``, one)];
      case "drop-schema":
        return [gone(`What was in the schema \`${one.schema}\``, one)];
      case "drop-database":
        return [gone(`What was in the database \`${one.database}\``, one)];
      case "change-data":
        if (one.how === "truncate" || one.how === "delete")
          return [gone(`The rows taken out of \`${one.table}\``, one)];
        return one.overwrites
          ? [gone(`The values that \`${one.table}\` had before its update`, one)]
          : [];
      default:
        return [];
    }
  });
}

const gone = (what: string, { path, line }: Operation) =>
  `${what} come back only from a backup: ${path}, line ${line}, took them away.`;
