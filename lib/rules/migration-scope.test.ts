import { expect, test } from "vitest";
import { isMigrationPath, migrationScope } from "./migration-scope";

test.each([
  "migrations/0007_orders.sql",
  "services/checkout/db/migrations/0012_order_currency.sql",
  "prisma/migrations/20261123000000_ledger/migration.sql",
  "db/migrate/20260101120000_add_notes.rb",
  "db/animals_migrate/20260101120000_add_notes.rb",
  "shop/orders/migrations/0003_auto.py",
  "alembic/versions/ab12cd_add_note.py",
  "src/main/resources/db/migration/V12__orders.sql",
  "sql/V3.1__orders.sql",
  "sql/R__views.sql",
  "schema/000012_orders.up.sql",
  "src/migrations/1700000000000-orders.ts",
  "drizzle/0003_slim_wolf.sql",
  "priv/repo/migrations/20260101_add.exs",
])("%s looks like a migration", (path) => {
  expect(isMigrationPath(path)).toBe(true);
});

test.each([
  "src/orders.ts",
  "queries/orders.sql",
  "migrations.md",
  "migrations/README.md",
  "node_modules/knex/lib/migrations/util.js",
  "docs/migrations/from-v1.sql",
  "src/migrationPlan.ts",
])("%s doesn't", (path) => {
  expect(isMigrationPath(path)).toBe(false);
});

test("named folders are taken as they are; else it is looked where the service's code is", () => {
  const named = migrationScope([{ paths: ["services/pay/"], migrations: ["services/pay/db/"] }]);
  expect(named).toMatchObject({ prefixes: ["services/pay/db/"], isGuessed: false });
  expect(named.wants("services/pay/db/any.sql")).toBe(true);
  expect(named.wants("services/pay/migrations/1.sql")).toBe(false);

  const guessed = migrationScope([{ paths: ["services/pay/"], migrations: [] }]);
  expect(guessed).toMatchObject({ prefixes: ["services/pay/"], isGuessed: true });
  expect(guessed.wants("services/pay/migrations/1.sql")).toBe(true);
  expect(guessed.wants("services/pay/src/pay.ts")).toBe(false);
  expect(guessed.wants("services/cart/migrations/1.sql")).toBe(false);

  const both = migrationScope([
    { paths: [], migrations: [] },
    { paths: [], migrations: ["sql/"] },
  ]);
  expect(both).toMatchObject({ prefixes: [""], where: "in the whole repository" });
  expect(both.wants("sql/any.sql")).toBe(true);
  expect(both.wants("web/any.sql")).toBe(false);
});
