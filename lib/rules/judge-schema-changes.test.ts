import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeSchemaChanges } from "./judge-schema-changes";
import type { SchemaChanges } from "./schema-changes";

const REQUIRED = "alter table orders add column currency char(3) not null;\n";
const NOTE = "alter table orders add column note text;\n";
const NONE: SchemaChanges = {
  ...{ base: "a".repeat(40), head: "b".repeat(40), status: "ahead" },
  ...{ added: [], edited: [], removed: [], moved: [] },
};
const file = (path: string, content: string | null) => ({ path, content });
const judge = (more: Partial<SchemaChanges>, without: string[] = []) =>
  judgeSchemaChanges({ ...NONE, ...more }, without);
const rules = async (more: Partial<SchemaChanges>) =>
  (await judge(more)).findings.map(({ rule }) => rule);

test("new files are judged, in the order in which they ran", async () => {
  const added = [file("db/0002_note.sql", NOTE), file("db/0001_currency.sql", REQUIRED)];
  expect(await judge({ added })).toMatchObject({
    ...{ verdict: "incompatible", class: "BREAKS_WRITE" },
    paths: ["db/0001_currency.sql", "db/0002_note.sql"],
  });
  expect(await judge({})).toMatchObject({ verdict: "compatible", paths: [], findings: [] });
});

test("moved files are not new", async () => {
  const moved = [{ from: "db/0001_currency.sql", to: "db/0003_currency.sql" }];
  expect(await judge({ moved })).toMatchObject({ verdict: "compatible", paths: [] });
});

test("what was edited or removed is unknown; what stands beside migrations is not", async () => {
  expect(await judge({ edited: [file("db/0001_a.sql", NOTE)] })).toMatchObject({
    ...{ verdict: "unknown", class: "UNREADABLE" },
    findings: [{ rule: "edited-migration", path: "db/0001_a.sql" }],
  });
  expect(await rules({ removed: ["db/0001_a.sql"] })).toEqual(["removed-migration"]);
  expect(await rules({ removed: ["db/README.md", "db/0001_a.down.sql"] })).toEqual([]);
  expect(await rules({ edited: [file("db/structure.sql", NOTE)] })).toEqual([]);
});

test("the newer version's own migrations ran when it was live: going forward needs no others", async () => {
  const forward = { status: "behind", removed: ["db/0001_a.sql"] } as const;
  expect(await judge({ ...forward, removed: [...forward.removed] })).toMatchObject({
    ...{ verdict: "compatible", findings: [] },
  });
});

test("a repeatable migration that was edited is judged as it is now", async () => {
  const edited = [file("sql/R__orders.sql", "drop view open_orders;\n")];
  expect(await judge({ edited })).toMatchObject({ verdict: "incompatible" });
});

test("a file that isn't text is never compatible", async () => {
  expect(await judge({ added: [file("db/0001_a.sql", null)] })).toMatchObject({
    ...{ verdict: "unknown", findings: [{ rule: "not-text" }] },
  });
});

test("what was taken back no longer counts, and what would come back may need it", async () => {
  const path = "db/0001_currency.sql";
  const back = await judge({ added: [file(path, REQUIRED)] }, [path]);
  expect(back).toMatchObject({ verdict: "compatible", paths: [] });
  const forward = await judge({ status: "behind", removed: [path] }, [path]);
  expect(forward).toMatchObject({
    ...{ verdict: "incompatible", findings: [{ rule: "taken-back", path }] },
  });
});

test("an incompatible statement stays so whatever else differs", async () => {
  const path = fc.string({ maxLength: 20 }).map((name) => `db/${name}.sql`);
  const files = fc.array(fc.record({ path, content: fc.option(fc.string()) }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(files, fc.array(path, { maxLength: 3 }), async (edited, removed) => {
      const judged = await judge({
        ...{ added: [file("db/0001_currency.sql", REQUIRED)], edited, removed },
      });
      expect(judged.verdict).toBe("incompatible");
      expect(judged.findings[0]?.verdict).toBe("incompatible");
    }),
    { numRuns: 40 },
  );
});

test("dumps and seeds are not read, and of ten thousand findings the worst are told", async () => {
  const long = file("db/0001_seed.sql", "insert into t values (1);\n".repeat(40_000));
  const began = performance.now();
  expect(await judge({ added: [long] })).toMatchObject({
    ...{ verdict: "unknown", findings: [{ rule: "too-long", path: "db/0001_seed.sql" }] },
  });
  expect(performance.now() - began).toBeLessThan(500);
  const many = Array.from({ length: 60 }, (_, n) =>
    file(`db/00${10 + n}_n.sql`, `-- ${"x".repeat(20_000)}\n`),
  );
  expect(await rules({ added: many })).toContain("too-long");
  const rows = file("db/0001_rows.sql", "insert into t values (1);\n".repeat(300));
  const { verdict, findings } = await judge({ added: [rows, file("db/0002_c.sql", REQUIRED)] });
  expect(verdict).toBe("incompatible");
  expect(findings).toHaveLength(201);
  expect(findings[0]?.path).toBe("db/0002_c.sql");
  expect(findings.at(-1)?.sentence).toBe("And 101 more findings, none of them worse.");
});
