import { describe, expect, test } from "vitest";
import { planMigratingDown } from "./migrating-down";

const since = "2026-03-12T14:02:00.000Z";
const plan = (files: Record<string, string>, paths = Object.keys(files)) =>
  planMigratingDown(
    Object.entries(files).map(([path, content]) => ({ path, content })),
    { paths, liveSince: since },
  );

describe("p", () => {
  test("prisma", async () => {
    console.log(
      JSON.stringify(
        await plan(
          {
            "prisma/migrations/20260301000000_init/migration.sql":
              'CREATE TABLE "orders" ("id" TEXT NOT NULL, "coupon" VARCHAR(20), "total" INTEGER NOT NULL);',
            "prisma/migrations/20260312000000_discount/migration.sql":
              'ALTER TABLE "orders" ADD COLUMN "discount_code" TEXT NOT NULL DEFAULT \'\';\nALTER TABLE "orders" DROP COLUMN "coupon";\nALTER TABLE "orders" ALTER COLUMN "total" SET NOT NULL;\nCREATE UNIQUE INDEX "orders_x_key" ON "orders"("x");\nUPDATE "orders" SET "total" = 0;',
            "prisma/migrations/migration_lock.toml": 'provider = "postgresql"',
          },
          ["prisma/migrations/20260312000000_discount/migration.sql"],
        ),
        null,
        1,
      ),
    );
  });
  test("rails", async () => {
    console.log(
      JSON.stringify(
        await plan({
          "db/migrate/20260312000000_a.rb":
            "class A < ActiveRecord::Migration[7.1]\n  def change\n    add_column :orders, :discount_code, :string\n    remove_column :orders, :old, :string\n  end\nend\n",
          "db/migrate/20260313000000_b.rb":
            "class B < ActiveRecord::Migration[7.1]\n  def up\n    create_table :x\n  end\n  def down\n    drop_table :x\n  end\nend\n",
        }),
        null,
        1,
      ),
    );
  });
  test("golang", async () => {
    console.log(
      JSON.stringify(
        await plan({
          "db/migrations/0001_a.up.sql": "CREATE TABLE a (id int);",
          "db/migrations/0001_a.down.sql": "DROP TABLE a;",
          "db/migrations/0002_b.up.sql": "ALTER TABLE o DROP COLUMN x;",
          "db/migrations/0002_b.down.sql": "ALTER TABLE o ADD COLUMN x text;",
        }),
        null,
        1,
      ),
    );
    console.log(
      JSON.stringify(
        await plan({
          "orders/migrations/0012_b.py":
            'from django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [("users", "0001"), ("orders", "0011_a")]\n    operations = [migrations.AddField("order", "code", models.TextField(null=True))]\n',
          "alembic/versions/b.py":
            'from alembic import op\nrevision = "b"\ndown_revision = "a"\ndef upgrade():\n    op.drop_table("x")\ndef downgrade():\n    op.create_table("x")\n',
          "migrations/00002_goose.sql":
            "-- +goose Up\nALTER TABLE a ADD COLUMN b int;\n-- +goose Down\nALTER TABLE a DROP COLUMN b;\n",
        }),
        null,
        1,
      ),
    );
  });
});
