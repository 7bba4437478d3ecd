import type { Migration } from "./layouts-words";
import type { Dialect, Operation, ReadMigration } from "./operation";
import { type DjangoMemory, newDjangoMemory } from "./python-django-fields";
import { readPgroll } from "./read-pgroll";
import { readPython } from "./read-python";
import { readRuby } from "./read-ruby";
import { readScript } from "./read-script";
import { widensInMysql, widensInPostgresql } from "./type-widening";

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
  const read: ReadMigration[] = [];
  const memory = newDjangoMemory();
  for (const one of migrations) {
    if (one.kind === "sql") continue;
    const own = one.dialect ?? dialect;
    try {
      const { path, up, down } = await readOne(
        one,
        (sql, place, said) => readSql(sql, place, said ?? own),
        memory,
        !isFollowed(one, migrations),
      );
      const weighed = up.map((each) => withWidth(each, own));
      read.push({ path, up: weighed, down });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      read.push(unreadable(one, `its reader gave up: ${why}`));
    }
  }
  return read;
}

async function readOne(
  migration: Migration,
  readSql: (
    sql: string,
    place: { path: string; line: number },
    dialect: Dialect | null,
  ) => Promise<Operation[]>,
  memory: DjangoMemory,
  isNewest: boolean,
): Promise<ReadMigration> {
  switch (migration.kind) {
    case "ruby":
      return readRuby(migration, readSql);
    case "python":
      return readPython(migration, readSql, memory);
    case "script":
      return readScript(migration, readSql);
    case "pgroll":
      return readPgroll(migration, isNewest, readSql);
    case "unreadable":
    case "sql":
      return unreadable(migration, migration.why ?? "nothing reads it");
    default:
      return migration.kind satisfies never;
  }
}

/** Whether another of pgroll's migrations comes after this one, so that this one is completed. */
function isFollowed(one: Migration, all: readonly Migration[]): boolean {
  if (one.kind !== "pgroll") return true;
  const folder = one.path.slice(0, one.path.lastIndexOf("/") + 1);
  const after = all.slice(all.indexOf(one) + 1);
  return after.some(({ kind, path }) => kind === "pgroll" && path.startsWith(folder));
}

/** A new type alone: whether it is wider than the old one is said of SQL in the same way. */
function withWidth(operation: Operation, dialect: Dialect): Operation {
  if (operation.does !== "change-type" || operation.widens !== null || operation.to === null)
    return operation;
  const type = operation.to;
  const widens =
    dialect === "mysql"
      ? widensInMysql({
          name: operation.column,
          type,
          isNotNull: false,
          isFilled: false,
          constraints: [],
        })
      : widensInPostgresql(operation.column, type, false);
  return { ...operation, widens };
}

function unreadable({ path, content }: Migration, why: string): ReadMigration {
  const statement = (content.split("\n").find((line) => line.trim() !== "") ?? "").slice(0, 400);
  return { path, up: [{ path, line: 1, statement, does: "unreadable", why }], down: null };
}
