import type { Dialect, Operation } from "./operation";
import { readPostgresql, type Statement } from "./postgresql-read";

/** What a finding quotes of a statement. */
const QUOTED = 400;

/**
 * Reads SQL as it stands in a file or in a program's string. `place.line` is the line of its first
 * character. Never throws: what can't be read is an operation that says so.
 */
export async function readSql(
  sql: string,
  place: { path: string; line: number },
  dialect: Dialect,
): Promise<Operation[]> {
  const statements = await read(sql, dialect);
  let line = place.line;
  let at = 0;
  return statements.flatMap(({ start, end, steps }) => {
    line += newlines(sql, at, start);
    at = start;
    const statement = sql.slice(start, Math.min(end, start + QUOTED));
    return steps.map((step) => ({ path: place.path, line, statement, ...step }));
  });
}

async function read(sql: string, dialect: Dialect): Promise<Statement[]> {
  try {
    switch (dialect) {
      case "postgresql":
        return await readPostgresql(sql);
      case "mysql":
      case "sqlite":
        throw new Error(`nothing reads ${dialect} yet`);
      default:
        return dialect satisfies never;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ start: 0, end: sql.length, steps: [{ does: "unreadable", why }] }];
  }
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
