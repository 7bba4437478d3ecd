import {
  SchemaClass,
  type SchemaFinding,
  type SchemaJudgement,
  type SchemaVerdict,
} from "@/lib/contracts/schema-judgement";
import { applyStep } from "./judge-migrations/apply-step";
import { databaseOf } from "./judge-migrations/database-of";
import { judgeOthers } from "./judge-migrations/judge-others";
import { judgeTables } from "./judge-migrations/judge-tables";
import type { Dialect, Operation } from "./judge-migrations/operation";
import { readMigrations } from "./judge-migrations/read-migrations";
import { emptyState } from "./judge-migrations/schema-state";

/**
 * Can the version before these migrations run on the schema after them? Reads every file by the layout
 * of its tool, follows all steps in the tool's own order to what they leave behind, and judges that from
 * the older version's point of view: what it reads, what it writes, what it doesn't know. Down files and
 * the order of `files` make no difference. Never throws: a file that can't be read is a finding, and
 * makes the answer "unknown". Without files the answer is "compatible".
 */
export async function judgeMigrations(
  files: readonly { path: string; content: string }[],
  options: { dialect?: Dialect } = {},
): Promise<SchemaJudgement> {
  const operations = await readMigrations(files, options.dialect);
  const findings = judge(operations);
  const worst = findings[0];
  return {
    verdict: worst?.verdict ?? "compatible",
    class: worst?.class ?? "SAFE",
    findings,
  };
}

function judge(operations: readonly Operation[]): SchemaFinding[] {
  const databases = Map.groupBy(operations, ({ path }) => databaseOf(path));
  const found = [...databases.values()].flatMap((steps) => {
    const state = emptyState();
    for (const step of steps) applyStep(state, step);
    return [...judgeTables(state), ...judgeOthers(state)];
  });
  const order = new Map(operations.map((operation, at) => [keyOf(operation), at]));
  const place = (one: SchemaFinding) => order.get(keyOf(one)) ?? 0;
  return found.sort(
    (a, b) =>
      VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
      SchemaClass.options.indexOf(a.class) - SchemaClass.options.indexOf(b.class) ||
      place(a) - place(b),
  );
}

const keyOf = ({ path, line }: { path: string; line: number }) => `${line} ${path}`;

const VERDICTS: readonly SchemaVerdict[] = ["incompatible", "unknown", "compatible"];
