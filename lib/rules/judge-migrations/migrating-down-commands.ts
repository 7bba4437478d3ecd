import type { Layout, Migration, Tool } from "./layouts-words";
import { before } from "./migrating-down-before";

/**
 * The tools' own commands that take back exactly these migrations, as their documentation has them;
 * empty when they have none.
 *
 * @param back Newest first.
 */
export function commandsOf(back: readonly Migration[], layout: Layout): string[] {
  const own = Map.groupBy(back, ({ path, tool }) => `${tool} ${folderOf(path)}`);
  return [...own.values()].flatMap((of) => ofOneFolder(of[0]?.tool ?? null, of, layout));
}

function ofOneFolder(tool: Tool | null, back: readonly Migration[], layout: Layout): string[] {
  const [newest] = back;
  const oldest = back.at(-1);
  if (!newest || !oldest) return [];
  const folder = folderOf(newest.path);
  const steps = back.length;
  const isNewest = isEnd(back, layout);
  const each = (command: (one: Migration) => string) => back.map(command);
  switch (tool) {
    case "rails":
      return isNewest && folder === "db/migrate"
        ? [`bin/rails db:rollback STEP=${steps}`]
        : each(({ path }) => `bin/rails db:migrate:down VERSION=${digitsOf(path)}`);
    case "django":
      return [
        `python manage.py migrate ${folder.split("/").at(-2) ?? ""} ${before(oldest, layout) ?? "zero"}`,
      ];
    case "alembic":
      return [
        before(oldest, layout) === null
          ? `alembic downgrade -${steps}`
          : `alembic downgrade ${before(oldest, layout)}`,
      ];
    case "golang-migrate":
      return [`migrate -path ${quoted(folder)} -database "$DATABASE_URL" down ${steps}`];
    case "goose": {
      const version = before(oldest, layout);
      return version === null
        ? each(() => `goose -dir ${quoted(folder)} down`)
        : [`goose -dir ${quoted(folder)} down-to ${version}`];
    }
    case "dbmate":
      return each(() => `dbmate --migrations-dir ${quoted(folder)} rollback`);
    case "sqlx":
      return each(() => `sqlx migrate revert --source ${quoted(folder)}`);
    case "diesel":
      return [`diesel migration revert --number ${steps}`];
    case "knex":
      return each(({ path }) => `npx knex migrate:down ${quoted(nameOf(path))}`);
    case "typeorm":
      // The path of the data source is a setting of the project's own.
      return each(() => 'npx typeorm migration:revert -d "$DATA_SOURCE"');
    case "sequelize":
      return each(({ path }) => `npx sequelize-cli db:migrate:undo --name ${quoted(nameOf(path))}`);
    case "mikro-orm":
      return each(() => "npx mikro-orm migration:down");
    case "kysely":
      return each(() => "npx kysely migrate:down");
    case "node-pg-migrate":
      return [`npx node-pg-migrate down ${steps} -m ${quoted(folder)}`];
    case "flyway":
      return flyway(back, layout);
    case "liquibase":
      return [
        `liquibase rollback-count --count=${back.reduce((sum, one) => sum + changeSets(one), 0)}`,
      ];
    case "atlas":
      return [
        `atlas migrate down --dir ${quoted(`file://${folder}`)} --url "$DATABASE_URL" --dev-url "$DEV_DATABASE_URL" ${steps}`,
      ];
    case "pgroll":
      return ["pgroll rollback  # only while the newest one is started and not completed"];
    case "ecto":
      return [`mix ecto.rollback --step ${steps}`];
    case "laravel":
      return [`php artisan migrate:rollback --step=${steps}`];
    case "entity-framework":
      return [`dotnet ef database update ${before(oldest, layout) ?? "0"}`];
    case "prisma":
    case "drizzle":
    case null:
      return [];
    default:
      return tool satisfies never;
  }
}

/** Undo is part of its paid editions, and needs an undo file for each. */
function flyway(back: readonly Migration[], { downs }: Layout): string[] {
  const oldest = back.at(-1);
  const all = back.every(({ path }) => downs.some(({ of }) => of === path));
  if (!oldest || !all) return [];
  const version = /^[VB]([\d._]+?)__/i.exec(nameOf(oldest.path))?.[1]?.replaceAll("_", ".") ?? "";
  return [`flyway undo -target=${version}  # part of Flyway's paid editions only`];
}

/** Whether nothing in the folder is newer than what goes back. */
function isEnd(back: readonly Migration[], { migrations }: Layout): boolean {
  const folder = folderOf(back[0]?.path ?? "");
  const own = migrations.filter(({ path }) => folderOf(path) === folder);
  const taken = new Set(back.map(({ path }) => path));
  return own.slice(-back.length).every(({ path }) => taken.has(path));
}

function changeSets({ content }: Migration): number {
  const lines = content.split("\n").map((line) =>
    line
      .trim()
      .toLowerCase()
      .replace(/^--\s*/, "--"),
  );
  return Math.max(1, lines.filter((line) => line.startsWith("--changeset")).length);
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const digitsOf = (path: string) => /^\d+/.exec(nameOf(path))?.[0] ?? nameOf(path);

/** Safe to paste into a shell. */
const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
