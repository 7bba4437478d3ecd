import type { Dialect, Operation, Place } from "./operation";
import { readPostgresql } from "./postgresql-read";
import { readSqlparser } from "./sqlparser-read";
import type { Statement } from "./statement";

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
  const statements = await read(withoutPlaceholders(sql), dialect);
  let line = place.line;
  let at = 0;
  return statements.flatMap(({ start, end, steps, searchPath }) => {
    line += newlines(sql, at, start);
    at = start;
    const statement = sql.slice(start, Math.min(end, start + QUOTED));
    const own: Place = { path: place.path, line, statement, ...(searchPath ? { searchPath } : {}) };
    return steps.map((step) => ({ ...own, ...step }));
  });
}

async function read(sql: string, dialect: Dialect): Promise<Statement[]> {
  try {
    switch (dialect) {
      case "postgresql":
        return await readPostgresql(sql);
      case "mysql":
      case "sqlite":
        return await readSqlparser(sql, dialect);
      default:
        return dialect satisfies never;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ start: 0, end: sql.length, steps: [{ does: "unreadable", why }], tokens: [] }];
  }
}

/**
 * ${schema} of Flyway and its like stands for a name as a rule: it becomes one of the same length, so that
 * places stay true. What stands alone for more than a name stays unreadable.
 */
function withoutPlaceholders(sql: string): string {
  if (!sql.includes("${")) return sql;
  return sql.replace(/\$\{[\w.:-]{1,100}\}/g, (one) => one.replace(/\W/g, "_"));
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
