import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";

/** Name, what becomes of two rows that the older version inserts, and the changes to their table. */
const SQL: readonly [string, "runs" | "fails", string][] = [
  ["each row draws its own", "runs", "ADD k uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE"],
  ["a long text by chance", "runs", "ADD k text DEFAULT md5(random()::text) UNIQUE"],
  ["a short number by chance", "fails", "ADD k int DEFAULT floor(random() * 2) UNIQUE"],
  ["the same UUID for all", "fails", "ADD k uuid DEFAULT uuid_nil() UNIQUE"],
  ["a generator, set later", "runs", "ADD k uuid UNIQUE; ALTER k SET DEFAULT gen_random_uuid()"],
  ["a constant, set later", "fails", "ADD k text UNIQUE; ALTER k SET DEFAULT 'x'"],
  [
    "a constant in place of a generator",
    "fails",
    "ADD k uuid DEFAULT gen_random_uuid() UNIQUE; ALTER k SET DEFAULT '00000000-0000-0000-0000-000000000000'",
  ],
  [
    "a dropped sequence takes its default along",
    "fails",
    "ADD k int NOT NULL DEFAULT nextval('s')",
  ],
  [
    "so it does when the default came later",
    "fails",
    "ADD k int NOT NULL DEFAULT 1; ALTER k SET DEFAULT nextval('public.s'::regclass)",
  ],
  [
    "another sequence is none of its business",
    "runs",
    "ADD k int NOT NULL DEFAULT nextval('other')",
  ],
  ["a dropped function takes its default along", "fails", "ADD k int NOT NULL DEFAULT f()"],
  ["a domain's default", "runs", "ADD k filled"],
  ["NULL comes before a domain's default", "fails", "ADD k filled DEFAULT NULL"],
  ["so it does when it came later", "fails", "ADD k filled; ALTER k SET DEFAULT NULL"],
  [
    "without its own default a column has its domain's",
    "runs",
    "ADD k filled DEFAULT 'a'; ALTER k DROP DEFAULT",
  ],
  ["or none", "fails", "ADD k bare DEFAULT 'a'; ALTER k DROP DEFAULT"],
  [
    "a domain that takes no NULL, whatever the column says",
    "fails",
    "ADD k bare; ALTER k DROP NOT NULL",
  ],
  ["a domain over such a domain", "fails", "ADD k over_bare"],
  ["a domain whose check refuses NULL", "fails", "ADD k checked"],
  ["a domain whose check doesn't", "runs", "ADD k loose"],
  ["a check beside a default that passes it", "runs", "ADD k int DEFAULT 1 CHECK (k > 0)"],
  ["a default set later that doesn't", "fails", "ADD k int CHECK (k > 5); ALTER k SET DEFAULT 0"],
  [
    "another default that doesn't",
    "fails",
    "ADD k int DEFAULT 9 CHECK (k > 5); ALTER k SET DEFAULT 0",
  ],
  ["a new column that gets such a type later", "fails", "ADD k text; ALTER k TYPE bare"],
];

const MADE = `
  CREATE FUNCTION uuid_nil() RETURNS uuid LANGUAGE sql AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
  CREATE SEQUENCE s; CREATE SEQUENCE other;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE DOMAIN filled AS text NOT NULL DEFAULT 'x';
  CREATE DOMAIN bare AS text NOT NULL;
  CREATE DOMAIN over_bare AS bare CHECK (VALUE <> '');
  CREATE DOMAIN checked AS text CHECK (VALUE IS NOT NULL AND VALUE <> '');
  CREATE DOMAIN loose AS text CHECK (VALUE ~ '^a');
`;
const DROPPED = "DROP SEQUENCE s CASCADE; DROP FUNCTION f() CASCADE;";

let database: PGlite;
beforeAll(async () => {
  database = await PGlite.create();
}, 60_000);
afterAll(() => database.close());

/** What PostgreSQL itself says to it. */
async function outcomeOf(migration: string): Promise<"runs" | "fails"> {
  await database.exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
  await database.exec("CREATE TABLE users (id int PRIMARY KEY)");
  await database.exec(migration);
  const rows = "INSERT INTO users (id) VALUES (1), (2), (3)";
  return database.exec(rows).then(
    () => "runs",
    () => "fails",
  );
}

describe("what the database fills in for the older version", () => {
  test.each(SQL)("%s: %s", async (_, outcome, actions) => {
    const changes = actions
      .split("; ")
      .map((one) => `ALTER TABLE users ${one};`)
      .join("\n");
    const content = `${MADE}${changes}${DROPPED}`;
    expect(await outcomeOf(content)).toBe(outcome);
    const files = [{ path: "migrations/1_a.sql", content }];
    const { verdict, findings } = await judgeMigrations(files, { dialect: "postgresql" });
    const why = findings[0]?.sentence;
    expect(verdict, why).toBe(outcome === "runs" ? "compatible" : "incompatible");
  });

  test("a domain that is made stricter once a column has it", async () => {
    const content =
      "CREATE DOMAIN d AS text; ALTER TABLE users ADD k d; ALTER DOMAIN d SET NOT NULL;";
    const { verdict } = await judgeMigrations([{ path: "migrations/1_a.sql", content }]);
    expect(verdict).toBe("incompatible");
  });
});

const KYSELY = "import { Kysely } from 'kysely'; export const up = (db: Kysely<unknown>) =>";

/** Path, verdict and what the migration calls. */
const PROGRAMS: readonly [string, "compatible" | "incompatible", string][] = [
  [
    "sequelize/migrations/20260101000000-a.js",
    "incompatible",
    "module.exports = { up: (queryInterface, Sequelize) => queryInterface.addColumn('users', 'k', { type: Sequelize.UUID, allowNull: false, defaultValue: Sequelize.UUIDV4 }) };",
  ],
  [
    "sequelize/migrations/20260101000000-a.js",
    "incompatible",
    "module.exports = { up: (queryInterface, { DataTypes }) => queryInterface.addColumn('users', 'k', { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW }) };",
  ],
  [
    "sequelize/migrations/20260101000000-a.js",
    "incompatible",
    "module.exports = { up: (queryInterface, Sequelize) => queryInterface.addColumn('users', 'k', { type: Sequelize.STRING, allowNull: false, defaultValue: () => token() }) };",
  ],
  [
    "sequelize/migrations/20260101000000-a.js",
    "compatible",
    "module.exports = { up: (queryInterface, Sequelize) => queryInterface.addColumn('users', 'k', { type: Sequelize.UUID, allowNull: false, unique: true, defaultValue: Sequelize.literal('uuid_generate_v4()') }) };",
  ],
  [
    "migrations/20260101000000_a.js",
    "compatible",
    "exports.up = (knex) => knex.schema.table('users', (t) => { t.uuid('k').notNullable().defaultTo(knex.fn.uuid()).unique(); });",
  ],
  [
    "migrations/20260101000000_a.js",
    "incompatible",
    "exports.up = (knex) => knex.schema.table('users', (t) => { t.string('k').defaultTo('gen_random_uuid()').unique(); });",
  ],
  [
    "src/migrations/1764300000001-A.ts",
    "compatible",
    `import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";
     export class A1764300000001 implements MigrationInterface {
       async up(q: QueryRunner) {
         await q.addColumn("users", new TableColumn({ name: "k", type: "uuid", isUnique: true, default: "uuid_generate_v4()" }));
       }
       async down() {}
     }`,
  ],
  [
    "db/migrate/20260101000000_add_k.rb",
    "compatible",
    `class AddK < ActiveRecord::Migration[7.1]
       def change
         add_column :users, :k, :uuid, default: -> { "gen_random_uuid()" }, null: false
         add_index :users, :k, unique: true
       end
     end`,
  ],
  [
    "db/migrate/20260101000000_add_k.rb",
    "incompatible",
    `class AddK < ActiveRecord::Migration[7.1]
       def change
         add_column :users, :k, :string, default: "gen_random_uuid()", null: false
         add_index :users, :k, unique: true
       end
     end`,
  ],
  [
    "src/migrations/2026_a.ts",
    "incompatible",
    `${KYSELY} db.schema.alterTable("users").addColumn("k", "text", (c) => c.notNull().defaultTo(null)).execute();`,
  ],
  [
    "src/migrations/2026_a.ts",
    "compatible",
    `${KYSELY} db.schema.alterTable("users").addColumn("k", "text", (c) => c.notNull().defaultTo("x")).execute();`,
  ],
  [
    "shop/migrations/0005_k.py",
    "incompatible",
    `from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("shop", "0004_x")]
    operations = [migrations.AddField("order", "k", models.CharField(max_length=3, db_default=None))]
`,
  ],
  [
    "alembic/versions/a1.py",
    "compatible",
    `from alembic import op
import sqlalchemy as sa
revision = "a1"
down_revision = "a0"
def upgrade():
    op.add_column("users", sa.Column("k", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False, unique=True))
`,
  ],
  [
    "shop/migrations/0004_k.py",
    "compatible",
    `from django.db import migrations, models
from django.contrib.postgres.functions import RandomUUID
class Migration(migrations.Migration):
    dependencies = [("shop", "0003_x")]
    operations = [migrations.AddField("order", "k", models.UUIDField(db_default=RandomUUID(), unique=True))]
`,
  ],
];

test.each(PROGRAMS)("a default that a program writes, %s: %s", async (path, verdict, content) => {
  const judged = await judgeMigrations([{ path, content }], { dialect: "postgresql" });
  expect(judged.verdict, judged.findings[0]?.sentence).toBe(verdict);
});
