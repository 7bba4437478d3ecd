import type { MigratingDown } from "@/lib/contracts/schema-judgement";
import { detectDialect } from "./detect-dialect";
import { readLayout } from "./layouts";
import type { DownFile, Layout, Migration, MigrationFile } from "./layouts-words";
import { commandsOf } from "./migrating-down-commands";
import { invert, type Written } from "./migrating-down-inverse";
import { beyondReturn, lossesOf } from "./migrating-down-losses";
import type { Dialect, Operation } from "./operation";
import { readPrograms } from "./read-programs";
import { readSql } from "./read-sql";

export type MigratingDownOptions = {
  /** Paths of the migrations to take back, in any order. */
  paths: readonly string[];
  /** Since when they are live, ISO 8601: one moment for all, or one for each path; null when nobody knows. */
  liveSince: string | null | Readonly<Record<string, string>>;
  dialect?: Dialect;
};

/** How one migration is taken back: what its tool runs, or what would have to be written. */
type WayDown = {
  migration: Migration;
  up: Operation[];
  /** What the tool runs: a down file, a `down` in the program, or what it makes of `change` by itself. */
  own: Operation[] | null;
  file: DownFile | null;
};

/**
 * What it would take to migrate down, newest migration first: the tool's own command for exactly these
 * steps, its down files, or else the statements that take each step back; and what is lost on the way.
 * Nothing is ever run. Never throws.
 *
 * @param files The migrations to take back with their down files; others beside them tell what columns were.
 */
export async function planMigratingDown(
  files: readonly MigrationFile[],
  options: MigratingDownOptions,
): Promise<MigratingDown> {
  const layout = readLayout(files);
  const taken = new Set(options.paths);
  const dialect = options.dialect ?? dialectOf(layout);
  const ways = (await readWays(layout, dialect)).reverse();
  const back = ways.filter(({ migration }) => taken.has(migration.path));
  const tools = new Set(back.map(({ migration }) => migration.tool));
  const [tool = null] = tools.size === 1 ? tools : [];
  const commandsFor = (of: readonly WayDown[]) =>
    commandsOf(
      of.map(({ migration }) => migration),
      layout,
    );
  const downFiles = back.flatMap(({ file, migration }) =>
    file && file.path !== migration.path ? [file.path] : [],
  );
  const plan: MigratingDown = {
    tool,
    steps: back.length,
    commands: commandsFor(back),
    downFiles,
    statements: [],
    impossible: [],
    losses: [],
  };
  const written = writtenBefore(ways);
  for (const way of back) {
    const since = sinceOf(options.liveSince, way.migration.path);
    // What a command takes back by itself is what its inverse would be.
    const inverse = way.own === null ? inverseOf(way, back, written, dialect) : null;
    plan.losses.push(...lossesOf(way.own ?? inverse?.operations ?? [], since));
    plan.impossible.push(...beyondReturn(way.up, madeBy(back)));
    if (inverse === null || commandsFor([way]).length > 0) continue;
    plan.statements.push(...inverse.statements, ...forgetting(way.migration, dialect));
    plan.impossible.push(...inverse.impossible);
  }
  return { ...plan, impossible: [...new Set(plan.impossible)] };
}

function dialectOf({ migrations }: Layout): Dialect {
  const texts = migrations.filter(({ kind }) => kind === "sql").map(({ content }) => content);
  return migrations.find(({ dialect }) => dialect !== null)?.dialect ?? detectDialect(texts);
}

async function readWays(layout: Layout, dialect: Dialect): Promise<WayDown[]> {
  const programs = await readPrograms(layout.migrations, readSql, dialect);
  const ways: WayDown[] = [];
  for (const migration of layout.migrations) {
    const { path, content } = migration;
    const read = programs.find((one) => one.path === path);
    const file = layout.downs.find(({ of }) => of === path) ?? null;
    const up =
      read?.up ?? (await readSql(content, { path, line: 1 }, migration.dialect ?? dialect));
    const down = file && (await readSql(file.content, { path: file.path, line: 1 }, dialect));
    ways.push({ migration, up, own: down ?? read?.down ?? null, file });
  }
  return ways;
}

function sinceOf(liveSince: MigratingDownOptions["liveSince"], path: string): string | null {
  if (liveSince === null || typeof liveSince === "string") return liveSince;
  return liveSince[path] ?? null;
}

/** Columns and tables that these migrations made: to drop one that was made here takes nothing away. */
function madeBy(back: readonly WayDown[]): Set<string> {
  const made = new Set<string>();
  for (const { up } of back)
    for (const one of up) {
      if (one.does === "create-table") made.add(one.table);
      if (one.does === "add-column") made.add(`${one.table}.${one.column.name}`);
    }
  return made;
}

/** How columns were written down before, newest first, so that one that was dropped can be made again. */
function writtenBefore(ways: readonly WayDown[]): Written {
  const written: Written = new Map();
  for (const { up } of ways)
    for (const one of up.toReversed()) {
      const columns =
        one.does === "create-table" ? one.columns : one.does === "add-column" ? [one.column] : [];
      const table = one.does === "create-table" || one.does === "add-column" ? one.table : "";
      for (const column of columns) {
        const key = `${table}.${column.name}`;
        if (!written.has(key)) written.set(key, column);
      }
    }
  return written;
}

function inverseOf(way: WayDown, back: readonly WayDown[], written: Written, dialect: Dialect) {
  const made = madeBy(back);
  const steps = way.up
    .toReversed()
    .filter(
      (one) =>
        !(one.does === "drop-table" && made.has(one.table)) &&
        !(one.does === "drop-column" && made.has(`${one.table}.${one.column}`)),
    )
    .map((one) => invert(one, written, dialect));
  return {
    statements: steps.flatMap(({ statements }) => statements),
    impossible: steps.flatMap(({ impossible }) => (impossible === null ? [] : [impossible])),
    operations: steps.flatMap(({ operation }) => (operation === null ? [] : [operation])),
  };
}

/** So that the tool runs the migration again when the newer version comes back. */
function forgetting({ tool, path }: Migration, dialect: Dialect): string[] {
  if (tool !== "prisma") return [];
  const name = path.split("/").at(-2) ?? path;
  const quoted = name.replaceAll("'", "''");
  return dialect === "mysql"
    ? [`DELETE FROM \`_prisma_migrations\` WHERE \`migration_name\` = '${quoted}';`]
    : [`DELETE FROM "_prisma_migrations" WHERE "migration_name" = '${quoted}';`];
}
