import type { Dialect, Operation, ReadMigration } from "./operation";
import { type Callable, lineStarts, type Program } from "./program";
import type { Run, Sql } from "./program-run";
import type { Scope } from "./program-values";

/** Reads SQL that stands in a program's string; `place.line` is the line of its first character. */
export type ReadSql = (
  sql: string,
  place: { path: string; line: number },
  dialect: Dialect | null,
) => Promise<Operation[]>;

/** A run at its beginning. */
export function startRun(
  program: Program,
  scope: Scope,
  functions: ReadonlyMap<string, Callable>,
  interpret: Run["interpret"],
  isGuard: Run["isGuard"],
): Run {
  const starts = lineStarts(program.text);
  return {
    program,
    starts,
    scope,
    functions,
    following: [],
    found: [],
    interpret,
    isGuard,
    isGuarded: false,
  };
}

/** Reads the SQL in what was found, and says what the parser couldn't read. */
export async function finish(
  program: Program,
  up: Run["found"],
  down: Run["found"] | null,
  readSql: ReadSql,
): Promise<ReadMigration> {
  const { path, text } = program;
  const lines = text.split("\n");
  const faults = program.faults.slice(0, 20).map(
    ({ line, why }): Operation => ({
      path,
      line,
      statement: (lines[line - 1] ?? "").trim().slice(0, 400),
      does: "unreadable",
      why,
    }),
  );
  return {
    path,
    up: [...faults, ...(await withSql(up, readSql))],
    down: down && (await withSql(down, readSql)),
  };
}

async function withSql(
  found: readonly (Operation | Sql)[],
  readSql: ReadSql,
): Promise<Operation[]> {
  const all: Operation[] = [];
  for (const one of found) {
    if (one.does !== "sql") all.push(one);
    else if (one.sql.trim() !== "") {
      const { path, line } = one;
      const read = await readSql(one.sql, { path, line }, one.dialect);
      all.push(...(one.isNamed ? read.map((each) => ({ ...each, line })) : read));
    }
  }
  return all;
}
