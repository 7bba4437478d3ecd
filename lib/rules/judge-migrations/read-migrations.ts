import { detectDialect } from "./detect-dialect";
import { readLayout } from "./layouts";
import type { Dialect, Operation } from "./operation";
import { withReadChecks } from "./read-check-text";
import { readPrograms } from "./read-programs";
import { readSql } from "./read-sql";

/**
 * Everything that the migrations among these files do on their way up, in the order in which their tool
 * runs them, whatever the order of the files. `dialect`: what is known about the database; otherwise
 * what the tool's files say, then what the text looks like. Never throws.
 */
export async function readMigrations(
  files: readonly { path: string; content: string }[],
  dialect: Dialect | undefined,
): Promise<Operation[]> {
  const { migrations } = readLayout([...files].sort((a, b) => (a.path < b.path ? -1 : 1)));
  const fallback = dialect ?? detectDialect(sqlTexts(migrations));
  const programs = await readPrograms(migrations, readSql, fallback);
  const read = new Map(programs.map(({ path, up }) => [path, up]));
  const operations: Operation[] = [];
  for (const { kind, path, content, dialect: own } of migrations) {
    const up =
      kind === "sql"
        ? await readSql(content, { path, line: 1 }, dialect ?? own ?? fallback)
        : read.get(path);
    operations.push(...(up ?? []));
  }
  return withReadChecks(operations);
}

function sqlTexts(migrations: readonly { kind: string; content: string }[]): string[] {
  return migrations.filter(({ kind }) => kind === "sql").map(({ content }) => content);
}
