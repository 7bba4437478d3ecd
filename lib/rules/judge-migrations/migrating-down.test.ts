import { describe, expect, test } from "vitest";
import { planMigratingDown } from "./migrating-down";

const since = "2026-03-12T14:02:00.000Z";
const WHEN = "since 14:02 UTC on 12 March 2026";
const plan = (files: Record<string, string>, paths = Object.keys(files)) =>
  planMigratingDown(
    Object.entries(files).map(([path, content]) => ({ path, content })),
    { paths, liveSince: since },
  );

describe("Prisma has no way down of its own", () => {
  const init = "prisma/migrations/20260301000000_init/migration.sql";
  const change = "prisma/migrations/20260312000000_discount/migration.sql";
  const files = {
    [init]: "CREATE TABLE orders (id int PRIMARY KEY, coupon varchar(20), total int NOT NULL);",
    "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
  };
  const of = (sql: string) => plan({ ...files, [change]: sql }, [change]);

  test("each step is taken back by a statement, the last first, and the migration is forgotten", async () => {
    const down = await of(`ALTER TABLE orders ADD COLUMN discount_code text;
ALTER TABLE orders DROP COLUMN coupon;
ALTER TABLE orders ALTER COLUMN "Total" SET NOT NULL;
CREATE UNIQUE INDEX orders_key ON orders (id);
ALTER TABLE orders RENAME COLUMN a TO b;
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);`);
    expect(down).toMatchObject({ tool: "prisma", steps: 1, commands: [], downFiles: [] });
    expect(down.statements).toEqual([
      "ALTER TABLE orders DROP CONSTRAINT positive;",
      "ALTER TABLE orders RENAME COLUMN b TO a;",
      "DROP INDEX orders_key;",
      'ALTER TABLE orders ALTER COLUMN "Total" DROP NOT NULL;',
      "ALTER TABLE orders ADD COLUMN coupon varchar(20);",
      "ALTER TABLE orders DROP COLUMN discount_code;",
      `DELETE FROM "_prisma_migrations" WHERE "migration_name" = '20260312000000_discount';`,
    ]);
  });
  test("what goes with it is said statement by statement, and what nothing brings back", async () => {
    const down = await of(
      "ALTER TABLE orders ADD discount_code text;\nALTER TABLE orders DROP coupon;",
    );
    expect(down.losses).toEqual([
      {
        path: change,
        line: 1,
        statement: "ALTER TABLE orders DROP COLUMN discount_code;",
        sentence: `dropping \`discount_code\` of \`orders\`: values written ${WHEN} go with it`,
      },
    ]);
    expect(down.impossible).toEqual([
      `The values of \`orders.coupon\` come back only from a backup: ${change}, line 2, took them away.`,
    ]);
  });
  test("what the text doesn't tell can't be taken back", async () => {
    const down = await of(
      "ALTER TABLE orders DROP COLUMN unknown_one;\nDROP VIEW v;\nDO $$ BEGIN PERFORM f(); END $$;",
    );
    expect(down.impossible.join("\n")).toMatch(/`orders.unknown_one` had isn't in these files/);
    expect(down.impossible.join("\n")).toMatch(/view `v` isn't defined/);
    expect(down.impossible.join("\n")).toMatch(/Nobody can tell/);
  });
  test("what was made and dropped within the set is no loss on the way up", async () => {
    const down = await of("ALTER TABLE orders ADD x int;\nALTER TABLE orders DROP COLUMN x;");
    expect(down.impossible).toEqual([]);
  });
});

describe("tools with a command", () => {
  const rails = (name: string, body: string): [string, string] => [
    `db/migrate/${name}.rb`,
    `class A < ActiveRecord::Migration[7.1]\n  def change\n    ${body}\n  end\nend`,
  ];
  test("Rails takes back the newest by number, others by version", async () => {
    const files = Object.fromEntries([
      rails("20260311000000_a", "add_column :orders, :discount_code, :string"),
      rails("20260312000000_b", "create_table :coupons"),
    ]);
    const both = await plan(files);
    expect(both.commands).toEqual(["bin/rails db:rollback STEP=2"]);
    expect(both.statements).toEqual([]);
    expect(both.losses.map(({ sentence }) => sentence)).toEqual([
      `dropping \`coupons\`: rows written ${WHEN} go with it`,
      `dropping \`discount_code\` of \`orders\`: values written ${WHEN} go with it`,
    ]);
    const older = await plan(files, ["db/migrate/20260311000000_a.rb"]);
    expect(older.commands).toEqual(["bin/rails db:migrate:down VERSION=20260311000000"]);
  });
  test("golang-migrate counts steps and runs its down files, newest first", async () => {
    const down = await plan({
      "db/1_a.up.sql": "CREATE TABLE a (id int);",
      "db/1_a.down.sql": "DROP TABLE a;",
      "db/2_b.up.sql": "ALTER TABLE o DROP COLUMN x;",
      "db/2_b.down.sql": "ALTER TABLE o ADD COLUMN x text;",
    });
    expect(down).toMatchObject({
      steps: 2,
      commands: ['migrate -path db -database "$DATABASE_URL" down 2'],
      downFiles: ["db/2_b.down.sql", "db/1_a.down.sql"],
      losses: [{ path: "db/1_a.down.sql", line: 1, statement: "DROP TABLE a" }],
    });
    expect(down.impossible).toMatchObject([/`o.x`/]);
  });
  const single: [string, string, string, string[]][] = [
    [
      "Django",
      "shop/orders/migrations/0012_b.py",
      'from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [("users", "0001_a"), ("orders", "0011_a")]\n    operations = []',
      ["python manage.py migrate orders 0011_a"],
    ],
    [
      "Django's first",
      "orders/migrations/0001_b.py",
      "from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = []",
      ["python manage.py migrate orders zero"],
    ],
    [
      "Alembic",
      "versions/b.py",
      'from alembic import op\nrevision = "b"\ndown_revision = "a"\ndef upgrade(): pass\ndef downgrade(): pass',
      ["alembic downgrade a"],
    ],
    [
      "Knex",
      "migrations/1_x.js",
      "exports.up = async (knex) => {};",
      ["npx knex migrate:down 1_x.js"],
    ],
    [
      "Sequelize",
      "migrations/1-x.js",
      "exports.up = async (queryInterface) => {};",
      ["npx sequelize-cli db:migrate:undo --name 1-x.js"],
    ],
    [
      "TypeORM",
      "migrations/1-X.ts",
      "export class X1 implements MigrationInterface { async up() {} }",
      ['npx typeorm migration:revert -d "$DATA_SOURCE"'],
    ],
    [
      "goose",
      "db/00002_x.sql",
      "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 1;",
      ["goose -dir db down"],
    ],
    [
      "dbmate",
      "db/migrations/1_x.sql",
      "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;",
      ["dbmate --migrations-dir db/migrations rollback"],
    ],
    ["Drizzle", "drizzle/0001_x.sql", "ALTER TABLE a ADD b int;--> statement-breakpoint", []],
  ];
  test.each(single)("%s", async (_tool, path, content, commands) => {
    expect((await plan({ [path]: content })).commands).toEqual(commands);
  });
  test("Flyway undoes in its paid editions, where there are undo files", async () => {
    const up = { "db/V2__x.sql": "ALTER TABLE a ADD b int;" };
    expect((await plan(up)).commands).toEqual([]);
    expect((await plan(up)).statements).toEqual(["ALTER TABLE a DROP COLUMN b;"]);
    const both = await plan({ ...up, "db/U2__x.sql": "ALTER TABLE a DROP b;" });
    expect(both.commands).toEqual([expect.stringMatching(/^flyway undo -target=2 .*paid/)]);
    expect(both.downFiles).toEqual(["db/U2__x.sql"]);
  });
  test("a path is safe to paste", async () => {
    const down = await plan({ "db/$(x) a/1_a.up.sql": "SELECT 1;" });
    expect(down.commands[0]).toContain("-path 'db/$(x) a'");
  });
});

test("without a moment, it is said without one; without paths, nothing goes back", async () => {
  const files = [{ path: "1_a.sql", content: "CREATE TABLE a (id int);" }];
  const unknown = await planMigratingDown(files, { paths: ["1_a.sql"], liveSince: {} });
  expect(unknown.losses[0]?.sentence).toBe(
    "dropping `a`: rows written since it went live go with it",
  );
  expect(await planMigratingDown(files, { paths: [], liveSince: null })).toMatchObject({
    steps: 0,
    statements: [],
  });
});
