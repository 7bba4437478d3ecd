import {
  splitDbmate,
  splitGoose,
  splitLiquibase,
  splitSqlMigrate,
  type TwoWays,
} from "./layouts-markers";
import { type Recognised, standing } from "./layouts-standing";
import type { Migration, MigrationFile, Tool } from "./layouts-words";
import type { Dialect } from "./operation";

type Own = Omit<Recognised, "up" | "down">;

/** Which tool's SQL file it is, and whether it goes up or down, by its name, its folder or its marker lines. */
export function recogniseSql(file: MigrationFile, all: readonly MigrationFile[]): Recognised {
  const own = standing(file);
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  return (
    inItsFolder(file, own, name, all) ??
    withMarkers(file, own) ??
    flyway(file, own, name) ??
    byEnding(file, own, name, all) ??
    up(file, own, plainTool(file, own, all), null)
  );
}

/** A folder for each migration: Prisma, Drizzle's newer layout, Diesel. */
function inItsFolder(
  file: MigrationFile,
  own: Own,
  name: string,
  all: readonly MigrationFile[],
): Recognised | null {
  const slash = own.root.lastIndexOf("/");
  const folder = own.root.slice(slash + 1);
  const standsIn = { ...own, root: slash < 0 ? "" : own.root.slice(0, slash), version: folder };
  if (name === "migration.sql") {
    const isDrizzle =
      file.content.includes("--> statement-breakpoint") ||
      all.some(({ path }) => path === `${own.root}/snapshot.json`);
    const dialect = isDrizzle ? null : prismaDialect(standsIn.root, all);
    return up(file, standsIn, isDrizzle ? "drizzle" : "prisma", dialect);
  }
  if (!/^\d/.test(folder)) return null;
  if (name === "up.sql") return up(file, standsIn, "diesel", null);
  if (name === "down.sql") return down(file, standsIn);
  return null;
}

/** `provider = "mysql"` in the lock file that stands beside Prisma's migrations. */
function prismaDialect(root: string, all: readonly MigrationFile[]): Dialect | null {
  const lock = all.find(
    ({ path }) => path === (root ? `${root}/migration_lock.toml` : "migration_lock.toml"),
  );
  const line = lock?.content.split("\n").find((one) => one.trim().startsWith("provider"));
  const provider = line?.split("=")[1]?.replaceAll(/["'\s]/g, "");
  if (provider === "postgresql" || provider === "postgres" || provider === "cockroachdb")
    return "postgresql";
  if (provider === "mysql" || provider === "sqlite") return provider;
  return null;
}

function withMarkers(file: MigrationFile, own: Own): Recognised | null {
  const found: [Tool | null, TwoWays | null][] = [
    ["goose", splitGoose(file.content)],
    ["dbmate", splitDbmate(file.content)],
    [null, splitSqlMigrate(file.content)],
    ["liquibase", splitLiquibase(file.content)],
  ];
  const [tool, ways] = found.find(([, two]) => two !== null) ?? [null, null];
  if (ways === null) return null;
  return {
    ...up({ ...file, content: ways.up }, own, tool, null),
    down: ways.down === null ? null : { path: file.path, content: ways.down },
  };
}

/** V1.2__name.sql, U1.2__name.sql, R__name.sql, B1__name.sql; separators as they are by default. */
function flyway(file: MigrationFile, own: Own, name: string): Recognised | null {
  const [, kind, version, rest] = /^([VURB])([\d._]*?)__(.+)\.sql$/i.exec(name) ?? [];
  if (kind === undefined || version === undefined) return null;
  const letter = kind.toUpperCase();
  if (letter === "R")
    return version
      ? null
      : { ...up(file, own, "flyway", null), isRepeatable: true, version: rest ?? "" };
  if (version === "") return null;
  const standsAt = { ...own, version: version.replaceAll("_", ".") };
  return letter === "U" ? down(file, standsAt) : up(file, standsAt, "flyway", null);
}

const DOWN_ENDING = /^(.+?)[._-](down|rollback|undo|revert)\.sql$/i;
const UP_ENDING = /^(.+?)[._-]up\.sql$/i;

/** 0001_name.up.sql and 0001_name.down.sql: golang-migrate, sqlx and many that keep to them. */
function byEnding(
  file: MigrationFile,
  own: Own,
  name: string,
  all: readonly MigrationFile[],
): Recognised | null {
  const isDown = DOWN_ENDING.exec(name);
  if (isDown && (name.includes(".down.") || hasUp(file, isDown[1] ?? "", all)))
    return down(file, { ...own, version: isDown[1] ?? "" });
  const isUp = UP_ENDING.exec(name);
  const isSqlx = all.some(
    ({ path }) => path.endsWith("Cargo.toml") || /(^|\/)\.?sqlx\//.test(path),
  );
  if (isUp && name.includes(".up."))
    return up(file, { ...own, version: isUp[1] ?? "" }, isSqlx ? "sqlx" : "golang-migrate", null);
  if (isUp) return up(file, { ...own, version: isUp[1] ?? "" }, null, null);
  return downFolder(file, own, all);
}

/** 0001_name_down.sql takes back 0001_name_up.sql or 0001_name.sql; else its name is only a name. */
function hasUp(file: MigrationFile, stem: string, all: readonly MigrationFile[]): boolean {
  const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
  return ["_up.sql", "-up.sql", ".up.sql", ".sql"].some((ending) =>
    all.some(({ path }) => path === `${folder}${stem}${ending}`),
  );
}

/** down/0001_name.sql beside up/0001_name.sql, or beside the migrations in the folder above. */
function downFolder(
  file: MigrationFile,
  own: Own,
  all: readonly MigrationFile[],
): Recognised | null {
  const slash = own.root.lastIndexOf("/");
  const folder = own.root.slice(slash + 1).toLowerCase();
  const root = slash < 0 ? "" : own.root.slice(0, slash);
  if (folder === "up" || folder === "deploy") {
    const sides = folder === "up" ? "down" : "revert";
    const beside = all.some(({ path }) =>
      path.startsWith(root ? `${root}/${sides}/` : `${sides}/`),
    );
    return beside ? up(file, { ...own, root }, null, null) : null;
  }
  if (!["down", "downs", "rollback", "rollbacks", "undo", "revert"].includes(folder)) return null;
  return down(file, { ...own, root });
}

function plainTool(file: MigrationFile, own: Own, all: readonly MigrationFile[]): Tool | null {
  const beside = (name: string) => all.some(({ path }) => path === `${own.root}/${name}`);
  if (file.content.includes("--> statement-breakpoint") || beside("meta/_journal.json"))
    return "drizzle";
  if (beside("atlas.sum")) return "atlas";
  if (/(^|\/)drizzle\//.test(file.path)) return "drizzle";
  return null;
}

function up(file: MigrationFile, own: Own, tool: Tool | null, dialect: Dialect | null): Recognised {
  const migration: Migration = { ...file, tool, kind: "sql", dialect, why: null };
  return { ...own, dialect, up: migration, down: null };
}

function down(file: MigrationFile, own: Own): Recognised {
  return { ...own, up: null, down: { path: file.path, content: file.content } };
}
