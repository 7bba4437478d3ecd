import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readMigrationCases } from "./migration-case";

const text = `Anything above the first case is prose.

=== first
tool: goose
dialect: postgresql
source: its documentation: annotations
expect: incompatible BREAKS_READ_WRITE, DATA_LOSS
+++ db/1_a.sql
-- +goose Up
>> DROP TABLE a;

+++ db/2_b.sql [bom] [crlf] [repeat 3]
INSERT INTO b VALUES ({{n}});
>> SELECT 1;

=== second
dialect: mysql
told: no
expect: compatible SAFE
+++ V1__a b.sql
SELECT 1;
`;

test("cases are read from their text form", () => {
  const [first, second, ...others] = readMigrationCases(text);
  expect(others).toEqual([]);
  expect(first).toEqual({
    id: "first",
    tool: "goose",
    dialect: "postgresql",
    isDialectTold: true,
    source: "its documentation: annotations",
    verdict: "incompatible",
    classes: ["BREAKS_READ_WRITE", "DATA_LOSS"],
    files: [
      { path: "db/1_a.sql", content: "-- +goose Up\nDROP TABLE a;\n" },
      {
        path: "db/2_b.sql",
        content:
          "\uFEFFINSERT INTO b VALUES (1);\r\nINSERT INTO b VALUES (2);\r\nINSERT INTO b VALUES (3);\r\nSELECT 1;\r\n",
      },
    ],
    decisive: [
      { path: "db/1_a.sql", line: 2 },
      { path: "db/2_b.sql", line: 4 },
    ],
  });
  expect(second).toMatchObject({ tool: "not named", isDialectTold: false, decisive: [] });
  expect(second?.files[0]?.path).toBe("V1__a b.sql");
});

test("cases are read from JSON, with one class or several", () => {
  const cases = readMigrationCases(
    JSON.stringify([
      {
        id: "a",
        dialect: "sqlite",
        verdict: "unknown",
        class: "DATA_LOSS",
        files: [{ path: "a.sql", content: "DELETE FROM a" }],
      },
    ]),
  );
  expect(cases).toMatchObject([{ id: "a", classes: ["DATA_LOSS"], decisive: [] }]);
});

test("a case that isn't whole is named", () => {
  expect(() => readMigrationCases("=== lonely\ndialect: mysql\nexpect: unknown\n")).toThrow(
    /lonely/,
  );
  expect(() => readMigrationCases('[{"id":"odd"}]')).toThrow(/odd/);
  expect(() => readMigrationCases(text + text)).toThrow(/Two migration cases are called first/);
});

const folder = (part: string) => new URL(`./migrations/${part}/`, import.meta.url);

function casesOf(part: string) {
  return readdirSync(folder(part)).flatMap((name) =>
    readMigrationCases(readFileSync(new URL(name, folder(part)), "utf8")),
  );
}

test("every case is whole, named once, and says what decides it", () => {
  const cases = [...casesOf("tuned"), ...casesOf("held-out")];
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(cases.filter(({ source }) => source === "").map(({ id }) => id)).toEqual([]);
  const mute = cases.filter(
    ({ verdict, decisive }) => (verdict === "compatible") !== (decisive.length === 0),
  );
  expect(mute.map(({ id }) => id)).toEqual([]);
});

test("the example of the documentation is a whole case", () => {
  const page = readFileSync("docs/evaluation.md", "utf8");
  const [, example = ""] = /^```\n(=== [\s\S]*?)^```$/m.exec(page) ?? [];
  expect(readMigrationCases(example)).toMatchObject([
    {
      verdict: "incompatible",
      decisive: [{ path: "db/migrations/000043_discount.up.sql", line: 2 }],
      files: [{}, { path: "db/migrations/000043_discount.down.sql" }],
    },
  ]);
});
