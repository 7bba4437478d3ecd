import type { Dialect, Operation } from "./operation";

/**
 * Reads SQL as it stands in a file or in a program's string. `place.line` is the line of its first
 * character. Never throws: what can't be read is an operation that says so.
 */
export async function readSql(
  sql: string,
  place: { path: string; line: number },
  dialect: Dialect,
): Promise<Operation[]> {
  const why = `nothing reads ${dialect} yet`;
  return [{ ...place, statement: sql.slice(0, 400), does: "unreadable", why }];
}
