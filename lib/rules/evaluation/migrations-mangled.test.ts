import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SchemaJudgement } from "@/lib/contracts/schema-judgement";
import { judgeMigrations } from "@/lib/rules/judge-migrations";
import { readMigrationCases } from "./migration-case";

const folder = new URL("./migrations/tuned/", import.meta.url);
const cases = readdirSync(folder).flatMap((name) =>
  readMigrationCases(readFileSync(new URL(name, folder), "utf8")),
);
// Those of thousands of lines are slow, and the same over and over.
const files = cases.flatMap((one) => one.files).filter(({ content }) => content.length < 20_000);

const place = fc.double({ min: 0, max: 1, noNaN: true });
const junk = fc.constantFrom(
  "",
  "\0",
  "'",
  '"',
  "`",
  "$$",
  "/*",
  "--",
  ";",
  "(",
  "}",
  "\\",
  "#{",
  "👕",
  "\uD800",
  "end\n",
);

/** One real migration, cut off, with a piece torn out, repeated or filled with what breaks parsers. */
const mangled = fc
  .record({ file: fc.constantFrom(...files), at: place, length: place, junk, twice: fc.boolean() })
  .map(({ file, at, length, junk: put, twice }) => {
    const { path, content } = file;
    const from = Math.floor(at * content.length);
    const to = from + Math.floor(length * length * 60);
    const torn = twice ? content.slice(from, to) : "";
    return { path, content: `${content.slice(0, from)}${put}${torn}${torn}${content.slice(to)}` };
  });
const cut = fc
  .record({ file: fc.constantFrom(...files), at: place })
  .map(({ file, at }) => ({ ...file, content: file.content.slice(0, at * file.content.length) }));

test("real migrations that are cut off or mangled never throw, alone or together", async () => {
  const set = fc.array(fc.oneof(mangled, cut), { minLength: 1, maxLength: 3 });
  const dialect = fc.constantFrom("postgresql", "mysql", "sqlite", undefined);
  await fc.assert(
    fc.asyncProperty(set, dialect, async (given, one) => {
      const judgement = await judgeMigrations(given, one ? { dialect: one } : {});
      expect(SchemaJudgement.safeParse(judgement).success).toBe(true);
      for (const { path, line } of judgement.findings) {
        expect(given.map((file) => file.path)).toContain(path);
        expect(line).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: 400 },
  );
  // The parsers are as good as before.
  const whole = [{ path: "migrations/1_a.sql", content: "DROP TABLE a" }];
  expect((await judgeMigrations(whole, { dialect: "postgresql" })).verdict).toBe("incompatible");
  expect((await judgeMigrations(whole, { dialect: "mysql" })).verdict).toBe("incompatible");
}, 240_000);
