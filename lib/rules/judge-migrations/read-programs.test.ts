import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeMigrations } from "../judge-migrations";
import { readLayout } from "./layouts";
import { readPrograms } from "./read-programs";
import { readSql } from "./read-sql";

const read = async (files: Record<string, string>) => {
  const { migrations } = readLayout(
    Object.entries(files).map(([path, content]) => ({ path, content })),
  );
  const all = await readPrograms(migrations, readSql, "postgresql");
  return all.flatMap(({ up }) => up);
};

/** A program of each language, with a place for what is put into it. */
const PROGRAMS: [string, (inner: string) => string][] = [
  [
    "db/migrate/1_a.rb",
    (inner) => `class A < ActiveRecord::Migration[7.1]\n  def change\n    ${inner}\n  end\nend\n`,
  ],
  ["versions/a.py", (inner) => `from alembic import op\ndef upgrade():\n    ${inner}\n`],
  [
    "shop/migrations/0001_a.py",
    (inner) =>
      `from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = [${inner}]\n`,
  ],
  ["migrations/1_a.js", (inner) => `exports.up = async (knex) => { ${inner} };\n`],
  [
    "migrations/1_a.ts",
    (inner) =>
      `export class A implements MigrationInterface { async up(queryRunner) { ${inner} } }\n`,
  ],
];
const program = fc.constantFrom(...PROGRAMS);

describe("hostile programs", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.constantFrom(
      "(".repeat(3_000),
      "[".repeat(20_000),
      "f(".repeat(5_000),
      "\0",
      "\uFEFF",
      "\uD800",
      "🧨".repeat(99),
      "#{",
      "`${",
      '"""',
      "<<~SQL",
    ),
  );
  test("never throw, neither whole nor inside of a migration", async () => {
    await fc.assert(
      fc.asyncProperty(program, hostile, async ([path, around], text) => {
        await expect(read({ [path]: around(text) })).resolves.toBeDefined();
        await expect(read({ [path]: text })).resolves.toBeDefined();
      }),
      { numRuns: 150 },
    );
  });
  test("aren't called harmless when their parser stops", async () => {
    const broken: [string, string][] = [
      ["db/migrate/1_a.rb", "remove_column :a, :b, )"],
      ["versions/a.py", 'op.drop_column("a", "b"'],
      ["shop/migrations/0001_a.py", 'migrations.RemoveField("a", "b"'],
      ["migrations/1_a.js", 'await knex.schema.dropTable("a"'],
      ["migrations/1_a.ts", "await queryRunner.query(`DROP"],
    ];
    for (const [path, inner] of broken) {
      const around = PROGRAMS.find(([one]) => one === path)?.[1];
      const { verdict } = await judgeMigrations([{ path, content: around?.(inner) ?? "" }]);
      expect([path, verdict]).not.toEqual([path, "compatible"]);
    }
  });
  test("a call that nobody knows is never nothing", async () => {
    const name = fc.stringMatching(/^zz[a-z]{3,12}$/);
    await fc.assert(
      fc.asyncProperty(program, name, async ([path, around], called) => {
        const found = await read({ [path]: around(`${called}("a")`) });
        expect(found.some(({ does }) => does === "dynamic" || does === "unreadable")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

test("what stands in comments and texts does nothing", async () => {
  const silent: [string, string][] = [
    ["db/migrate/1_a.rb", "# drop_table :a\n    say 'DROP TABLE a; drop_table :a'"],
    [
      "versions/a.py",
      '# op.drop_table("a")\n    """op.drop_table("a")"""\n    print("DROP TABLE a")',
    ],
    ["shop/migrations/0001_a.py", '# migrations.DeleteModel("A")\n'],
    ["migrations/1_a.js", '/* knex.schema.dropTable("a") */ console.log("DROP TABLE a");'],
    ["migrations/1_a.ts", "// queryRunner.query(`DROP TABLE a`)\n"],
  ];
  for (const [path, inner] of silent) {
    const around = PROGRAMS.find(([one]) => one === path)?.[1];
    expect([path, await read({ [path]: around?.(inner) ?? "" })]).toEqual([path, []]);
  }
});

describe("pgroll", () => {
  const file = (...operations: object[]) => JSON.stringify({ operations });
  const drop = { drop_column: { table: "a", column: "b" } };
  const add = { add_column: { table: "a", column: { name: "c", type: "text", nullable: true } } };
  test("completes each migration before the next, so that only the newest is in doubt", async () => {
    expect(await read({ "m/01_a.json": file(drop), "m/02_b.json": file(drop, add) })).toMatchObject(
      [
        { does: "drop-column", path: "m/01_a.json" },
        { does: "dynamic", path: "m/02_b.json" },
        { does: "add-column", path: "m/02_b.json" },
      ],
    );
  });
  test("is read as YAML too, each operation on its line", async () => {
    const yaml =
      "operations:\n  - create_table:\n      name: a\n      columns: []\n  - sql:\n      up: SELECT 1\n";
    expect(await read({ "m/01_a.yaml": yaml })).toMatchObject([
      { does: "create-table", line: 2 },
      { line: 5 },
    ]);
  });
  test("that is broken is unreadable", async () => {
    expect(await read({ "m/1.json": '{"operations": [' })).toMatchObject([{ does: "unreadable" }]);
    expect(await read({ "m/1.json": '{"operations": 3}' })).toMatchObject([{ does: "unreadable" }]);
  });
});
