import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SchemaJudgement, type SchemaVerdict } from "@/lib/contracts/schema-judgement";
import { judgeMigrations } from "./judge-migrations";

const RANK: Record<SchemaVerdict, number> = { compatible: 0, unknown: 1, incompatible: 2 };
const name = fc.constantFrom("a", "b", "c");
const statement = fc
  .tuple(
    fc.constantFrom(
      "ALTER TABLE $1 ADD COLUMN $2 int",
      "ALTER TABLE $1 ADD COLUMN $2 int NOT NULL",
      "ALTER TABLE $1 DROP COLUMN $2",
      "ALTER TABLE $1 RENAME COLUMN $2 TO $3",
      "ALTER TABLE $1 RENAME TO $3",
      "ALTER TABLE $1 ALTER $2 SET NOT NULL",
      "ALTER TABLE $1 ALTER $2 DROP NOT NULL",
      "ALTER TABLE $1 ALTER $2 TYPE bigint",
      "ALTER TABLE $1 ADD CONSTRAINT $3 UNIQUE ($2)",
      "ALTER TABLE $1 DROP CONSTRAINT $3",
      "CREATE TABLE $1 ($2 int)",
      "CREATE TABLE IF NOT EXISTS $1 ($2 int, $3 text NOT NULL)",
      "DROP TABLE $1",
      "DROP TABLE IF EXISTS $1",
      "CREATE UNIQUE INDEX $3 ON $1 ($2)",
      "DROP INDEX $3",
      "CREATE OR REPLACE VIEW $1 AS SELECT 1",
      "DROP VIEW $1",
      "UPDATE $1 SET $2 = 1",
      "INSERT INTO $1 SELECT * FROM $3",
      "CREATE TYPE $1 AS ENUM ('x')",
      "ALTER TYPE $1 RENAME TO $3",
      "BEGIN",
      "COMMIT",
      "garbage $1",
    ),
    name,
    name,
    name,
  )
  .map(([text, one, two, three]) =>
    text.replaceAll("$1", one).replaceAll("$2", two).replaceAll("$3", three),
  );
const dialect = fc.constantFrom("postgresql", "mysql", "sqlite");
const sql = (statements: readonly string[]) => statements.map((one) => `${one};\n`).join("");

describe("judgeMigrations, whatever it is given", () => {
  test("the order of the files makes no difference", async () => {
    const contents = fc.array(fc.array(statement, { maxLength: 3 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(contents, fc.integer(), dialect, async (given, seed, one) => {
        const files = given.map((statements, at) => ({
          path: `migrations/${at + 7}_x.sql`,
          content: sql(statements),
        }));
        const shuffled = files.toSorted(
          (a, b) => ((a.path.length * seed) % 7) - ((b.content.length * seed) % 5),
        );
        expect(await judgeMigrations(shuffled.toReversed(), { dialect: one })).toEqual(
          await judgeMigrations(files, { dialect: one }),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("comments and strings are never matched", async () => {
    const words = fc
      .array(fc.constantFrom("DROP TABLE orders;", "é", "\n", "ALTER", "--", "$$", "* /", "👕"))
      .map((parts) => parts.join(" "));
    await fc.assert(
      fc.asyncProperty(words, dialect, async (given, one) => {
        const comments = given.split("\n").map((line) => `-- ${line}\n`);
        const text = given.replaceAll("'", "").replaceAll("\\", "");
        const content = `${comments.join("")}/* ${given.replaceAll("*/", "")} */ ALTER TABLE a ADD COLUMN b text DEFAULT '${text}';`;
        const files = [{ path: "migrations/1_a.sql", content }];
        expect((await judgeMigrations(files, { dialect: one })).verdict).toBe("compatible");
      }),
      { numRuns: 200 },
    );
  });

  test("hostile text never throws, and what can't be read is never compatible", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom("(", "[", "'", '"', "`", "$$", "/*", "1+", "NOT ", "CASE ", "\\"),
          fc.nat(4_000),
        )
        .map(([text, count]) => `SELECT ${text.repeat(count)}`),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes)),
    );
    const extension = fc.constantFrom("sql", "rb", "py", "ts", "json", "java", "");
    await fc.assert(
      fc.asyncProperty(hostile, extension, dialect, async (content, ending, one) => {
        const files = [{ path: `migrations/0001_x.${ending}`, content }];
        const judgement = await judgeMigrations(files, { dialect: one });
        expect(SchemaJudgement.safeParse(judgement).success).toBe(true);
      }),
      { numRuns: 400 },
    );
    // The parsers are as good as before.
    for (const one of ["postgresql", "mysql", "sqlite"] as const) {
      const files = [{ path: "migrations/1_a.sql", content: "DROP TABLE a" }];
      expect((await judgeMigrations(files, { dialect: one })).verdict).toBe("incompatible");
    }
  }, 120_000);

  test("what can't be parsed makes the answer no better than unknown", async () => {
    const broken = fc.constantFrom(
      "ALTER TABEL a",
      "CREATE TABLE b (",
      "<<<<<<< HEAD",
      `SELECT ${"(".repeat(5_000)}`,
      "SELECT 'open",
      "ALTER TABLE a ADD COLUMN \0 b int",
      "{{ template }}",
    );
    const before = fc.array(fc.constantFrom("ALTER TABLE a ADD COLUMN b int"), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(before, broken, dialect, async (given, text, one) => {
        const files = [{ path: "migrations/1_a.sql", content: `${sql(given)}${text}` }];
        const { verdict } = await judgeMigrations(files, { dialect: one });
        expect(verdict).not.toBe("compatible");
      }),
      { numRuns: 100 },
    );
  });

  test("one more statement never makes it better, but by taking back what was made", async () => {
    const harmless = fc.constantFrom(
      "ALTER TABLE z ADD COLUMN y int",
      "CREATE TABLE z (y int)",
      "SELECT 1",
      "DROP TABLE z",
      "UPDATE z SET y = 1",
    );
    const given = fc.array(statement, { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(given, harmless, async (statements, more) => {
        const judge = async (all: readonly string[]) =>
          (
            await judgeMigrations([{ path: "migrations/1_a.sql", content: sql(all) }], {
              dialect: "postgresql",
            })
          ).verdict;
        const [less, all] = [await judge(statements), await judge([...statements, more])];
        expect(RANK[all]).toBeGreaterThanOrEqual(RANK[less]);
      }),
      { numRuns: 200 },
    );
  });
});
