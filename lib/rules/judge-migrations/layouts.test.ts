import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLayout } from "./layouts";

/** Files by path; content where it matters. */
const layoutOf = (...files: (string | [string, string])[]) =>
  readLayout(
    files.map((file) => {
      const [path, content] = typeof file === "string" ? [file, "SELECT 1;"] : file;
      return { path, content };
    }),
  );
const paths = (layout: ReturnType<typeof layoutOf>) => layout.migrations.map(({ path }) => path);

describe("plain SQL", () => {
  test("is sorted as people count, whatever the order of the files", () => {
    const layout = layoutOf("sql/10_c.sql", "sql/2_b.sql", "sql/1_a.sql");
    expect(layout.tool).toBeNull();
    expect(paths(layout)).toEqual(["sql/1_a.sql", "sql/2_b.sql", "sql/10_c.sql"]);
  });
  test("leaves out what stands beside migrations", () => {
    const layout = layoutOf(
      "db/001_a.sql",
      "db/README.md",
      "db/.gitkeep",
      "db/schema.sql",
      "db/seeds.sql",
    );
    expect(paths(layout)).toEqual(["db/001_a.sql"]);
  });
  test("leaves out nothing that may be a migration", () => {
    const names = [
      "db/changelog-1.0.sql",
      "db/V2__drop_schema.sql",
      "db/0003_new_schema.sql",
      "db/index.sql",
      "meta/migrations/0001_a.py",
      "db/migrate/20260101000000_drop_schema.rb",
    ];
    expect(paths(layoutOf(...names)).sort()).toEqual(names.sort());
  });
  test("takes a file for a way down only where there is a way up", () => {
    const layout = layoutOf("db/001_a.sql", "db/001_a_down.sql", "db/002_count_down.sql");
    expect(paths(layout)).toEqual(["db/001_a.sql", "db/002_count_down.sql"]);
    expect(layout.downs).toMatchObject([{ path: "db/001_a_down.sql", of: "db/001_a.sql" }]);
  });
});

describe("Prisma", () => {
  test("has a folder for each migration, and the dialect in its lock file", () => {
    const layout = layoutOf(
      "prisma/migrations/20260102000000_b/migration.sql",
      "prisma/migrations/20260101000000_a/migration.sql",
      "prisma/migrations/20260101000000_a/down.sql",
      ["prisma/migrations/migration_lock.toml", '# comment\nprovider = "mysql"\n'],
      "prisma/schema.prisma",
    );
    expect(layout.tool).toBe("prisma");
    expect(layout.migrations).toMatchObject([
      { path: "prisma/migrations/20260101000000_a/migration.sql", kind: "sql", dialect: "mysql" },
      { path: "prisma/migrations/20260102000000_b/migration.sql", kind: "sql", dialect: "mysql" },
    ]);
    expect(layout.downs).toMatchObject([
      { of: "prisma/migrations/20260101000000_a/migration.sql" },
    ]);
  });
});

describe("Flyway", () => {
  test("sorts by version, repeatable ones last, undo files are the way down", () => {
    const layout = layoutOf(
      "db/migration/V10__c.sql",
      "db/migration/V2_1__b.sql",
      "db/migration/V2__a.sql",
      "db/migration/R__views.sql",
      "db/migration/U10__c.sql",
    );
    expect(layout.tool).toBe("flyway");
    expect(paths(layout).map((path) => path.split("/").at(-1))).toEqual([
      "V2__a.sql",
      "V2_1__b.sql",
      "V10__c.sql",
      "R__views.sql",
    ]);
    expect(layout.downs).toMatchObject([{ of: "db/migration/V10__c.sql" }]);
  });
  test("can't read Java", () => {
    const layout = layoutOf(["db/migration/V3__Fill.java", "class V3__Fill {}"]);
    expect(layout.migrations).toMatchObject([{ kind: "unreadable", why: /Java/ }]);
  });
});

test("golang-migrate and sqlx name both ways by their ending", () => {
  const files = ["m/000002_b.up.sql", "m/000002_b.down.sql", "m/000001_a.up.sql"];
  expect(layoutOf(...files)).toMatchObject({
    tool: "golang-migrate",
    migrations: [{ path: "m/000001_a.up.sql" }, { path: "m/000002_b.up.sql" }],
    downs: [{ path: "m/000002_b.down.sql", of: "m/000002_b.up.sql" }],
  });
  expect(layoutOf(...files, "Cargo.toml").tool).toBe("sqlx");
});

describe("both ways in one file", () => {
  test("goose: only what stands behind Up goes up, and lines keep their numbers", () => {
    const content =
      "-- +goose Up\nALTER TABLE a ADD b int;\n-- +goose Down\nALTER TABLE a DROP b;\n";
    const { tool, migrations, downs } = layoutOf(["db/00001_a.sql", content]);
    expect(tool).toBe("goose");
    expect(migrations[0]?.content).toBe("-- +goose Up\nALTER TABLE a ADD b int;\n\n\n");
    expect(downs[0]?.content).toBe("\n\n-- +goose Down\nALTER TABLE a DROP b;\n");
    expect(downs[0]?.of).toBe("db/00001_a.sql");
  });
  test("dbmate, sql-migrate", () => {
    const dbmate = "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;";
    expect(layoutOf(["db/migrations/1_a.sql", dbmate])).toMatchObject({
      tool: "dbmate",
      migrations: [{ content: "-- migrate:up transaction:false\nA;\n\n" }],
    });
    const other = "-- +migrate Up\nA;\n-- +migrate Down\nB;";
    expect(layoutOf(["1_a.sql", other]).migrations[0]?.content).toBe("-- +migrate Up\nA;\n\n");
  });
  test("Liquibase's formatted SQL: the way down stands behind --rollback", () => {
    const content =
      "--liquibase formatted sql\n--changeset a:1\nALTER TABLE a ADD b int;\n--rollback ALTER TABLE a DROP b;\n";
    const { tool, downs } = layoutOf(["changes/1.sql", content]);
    expect(tool).toBe("liquibase");
    expect(downs[0]?.content).toBe("\n\n\nALTER TABLE a DROP b;\n");
  });
});

test("Diesel and Drizzle", () => {
  expect(
    layoutOf("migrations/2026-01-01_a/up.sql", "migrations/2026-01-01_a/down.sql"),
  ).toMatchObject({
    tool: "diesel",
    migrations: [{ path: "migrations/2026-01-01_a/up.sql" }],
    downs: [{ of: "migrations/2026-01-01_a/up.sql" }],
  });
  expect(
    layoutOf(
      ["drizzle/0000_a.sql", "A;--> statement-breakpoint\nB;"],
      "drizzle/meta/_journal.json",
      "drizzle/meta/0000_snapshot.json",
    ),
  ).toMatchObject({ tool: "drizzle", migrations: [{ path: "drizzle/0000_a.sql" }] });
});

describe("programs", () => {
  test("are told apart by the words they must use", () => {
    const toolOf = (path: string, content: string) => layoutOf([path, content]).tool;
    expect(toolOf("db/migrate/1_a.rb", "class A")).toBe("rails");
    expect(toolOf("shop/migrations/0001_a.py", "from django.db import migrations")).toBe("django");
    expect(toolOf("versions/a.py", "from alembic import op")).toBe("alembic");
    expect(toolOf("m/1.js", "exports.up = (knex) => {}")).toBe("knex");
    expect(toolOf("m/1.ts", "implements MigrationInterface")).toBe("typeorm");
    expect(toolOf("m/1.js", "up: (queryInterface) => {}")).toBe("sequelize");
    expect(toolOf("m/1.ts", 'from "@mikro-orm/migrations"')).toBe("mikro-orm");
    expect(toolOf("m/1.ts", 'import { Kysely } from "kysely"')).toBe("kysely");
    expect(toolOf("m/1.js", "exports.up = (pgm) => pgm.sql('')")).toBe("node-pg-migrate");
  });
  test("leave out what isn't a migration", () => {
    const layout = layoutOf(
      "db/schema.rb",
      "shop/migrations/__init__.py",
      "alembic/env.py",
      "alembic/script.py.mako",
      "src/migrations/index.ts",
      "src/migrations/1_a.test.ts",
      "src/migrations/1_a.d.ts",
      "knexfile.js",
    );
    expect(layout.migrations).toEqual([]);
  });
  test("Alembic's follow one another by their revisions, not by their names", () => {
    const file = (name: string, revision: string, down: string): [string, string] => [
      `versions/${name}.py`,
      `from alembic import op\nrevision = "${revision}"\ndown_revision = ${down}\n`,
    ];
    const layout = layoutOf(
      file("a", "r3", '"r2"'),
      file("b", "r1", "None"),
      file("c", "r2", '"r1"'),
      file("d", "r4", '("r3", "elsewhere")'),
    );
    expect(paths(layout)).toEqual(["b", "c", "a", "d"].map((name) => `versions/${name}.py`));
  });
  test("revisions in a circle are all kept", () => {
    const layout = layoutOf(
      ["versions/a.py", 'import alembic\nrevision = "a"\ndown_revision = "b"'],
      ["versions/b.py", 'import alembic\nrevision = "b"\ndown_revision = "a"'],
    );
    expect(layout.migrations).toHaveLength(2);
  });
});

test("what nothing reads is kept, with the reason", () => {
  const whyOf = (path: string, content = "") => layoutOf([path, content]).migrations[0]?.why;
  expect(whyOf("priv/repo/migrations/1_a.exs")).toMatch(/Elixir/);
  expect(whyOf("database/migrations/1_a.php")).toMatch(/PHP/);
  expect(whyOf("migrations/1_a.go")).toMatch(/Go/);
  expect(whyOf("Migrations/1_a.cs")).toMatch(/C#/);
  expect(whyOf("changelog/1.xml", "<databaseChangeLog><changeSet/></databaseChangeLog>")).toMatch(
    /XML/,
  );
  expect(whyOf("changelog/1.yaml", "databaseChangeLog:\n  - changeSet:")).toMatch(/YAML/);
  expect(whyOf("migrations/1_a.dat")).toMatch(/no reader/);
  // Lists of other change logs change nothing themselves.
  expect(
    layoutOf(["c.xml", '<databaseChangeLog><include file="1.sql"/></databaseChangeLog>'])
      .migrations,
  ).toEqual([]);
});

test("migrations of several tools stand side by side, folder by folder", () => {
  const layout = layoutOf(
    ["b/db/migrate/1_a.rb", "class A"],
    "a/migrations/2_b.sql",
    "a/migrations/1_a.sql",
  );
  expect(layout.tool).toBeNull();
  expect(paths(layout)).toEqual([
    "a/migrations/1_a.sql",
    "a/migrations/2_b.sql",
    "b/db/migrate/1_a.rb",
  ]);
});

test("whatever the paths and the texts are, nothing throws and the order doesn't matter", () => {
  const ending = fc.constantFrom(".sql", ".rb", ".py", ".ts", ".json", ".up.sql", "", ".xyz");
  const file = fc.record({
    path: fc
      .tuple(fc.string({ unit: "binary", maxLength: 20 }), ending)
      .map(([name, end]) => name + end),
    content: fc.string({ unit: "binary", maxLength: 60 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 8 }), (files) => {
      expect(readLayout(files.toReversed())).toEqual(readLayout(files));
    }),
  );
});
