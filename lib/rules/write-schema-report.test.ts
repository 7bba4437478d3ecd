import { expect, test } from "vitest";
import type { SchemaFinding, SchemaReport } from "@/lib/contracts/schema-judgement";
import { missingFilesWarning } from "./missing-migrations";
import { schemaOnLever, schemaSentence } from "./write-schema-report";

const finding: SchemaFinding = {
  ...{ rule: "drop-column", class: "BREAKS_READ_WRITE", verdict: "incompatible", line: 3 },
  path: "services/checkout/db/0012_discount.sql",
  statement: "alter table orders\n  drop column discount",
  sentence: "The older version reads orders.discount, which is gone.",
  broughtBy: "#412",
};
const REPORT: SchemaReport = {
  ...{ verdict: "incompatible", class: "BREAKS_READ_WRITE", findings: [finding] },
  ...{
    service: "checkout",
    version: "Checkout 23",
    from: "a".repeat(40),
    to: "b".repeat(40),
    tool: null,
  },
  ...{ paths: [finding.path], sentence: "It can’t.", down: null, migratedDown: null },
  judgedAt: "2026-11-28T12:00:00.000Z",
};
const returning = { whole: "Checkout 23", short: "23", since: "since 23" };
const say = (report: Partial<SchemaReport>, isGuessed = false) =>
  schemaSentence({ ...REPORT, ...report }, returning, {
    ...{ where: "under services/checkout/", isGuessed, isWithout: false },
    bringer: (path) => (path === finding.path ? "#412" : null),
  });

test("says what can't run, who brought what stands in the way, and how much more there is", () => {
  expect(say({})).toBe(
    "Checkout 23 can’t run on today’s schema. #412 (db/0012_discount.sql): The older version reads orders.discount, which is gone.",
  );
  expect(say({ findings: [finding, finding, finding] })).toMatch(/ 2 more statements .* below\.$/);
  expect(say({ verdict: "unknown" })).toMatch(/^Whether Checkout 23 runs on today’s schema isn’t/);
});

test("says what was passed, and where it was looked when nothing was found", () => {
  const fine = { verdict: "compatible", class: "SAFE", findings: [] } as const;
  const paths = ["a.sql", "b.sql", "c.sql"];
  expect(say({ ...fine, findings: [], paths })).toBe(
    "3 migrations since 23, all of them additive: 23 runs on today’s schema",
  );
  expect(say({ ...fine, findings: [], paths: [] })).toBe(
    "no migration lies between 23 and today’s schema",
  );
  expect(say({ ...fine, findings: [], paths: [] }, true)).toContain("under services/checkout/");
});

test("stands in the way where it can't run, warns where nobody knows, is a check where it runs", () => {
  expect(schemaOnLever(REPORT).blockers).toMatchObject([
    {
      ...{ code: "schema-incompatible", mayOverride: true },
      sentence:
        "Checkout 23 can’t run on today’s schema: “alter table orders drop column discount” (#412, db/0012_discount.sql:3).",
    },
  ]);
  const dark = { ...REPORT, verdict: "unknown", findings: [] } as const;
  expect(schemaOnLever({ ...dark, findings: [] }).warnings[0]?.sentence).toBe("It can’t.");
  expect(schemaOnLever({ ...REPORT, verdict: "unknown" })).toMatchObject({
    ...{ blockers: [], checks: [], warnings: [{ code: "schema-unknown", unsafe: true }] },
  });
  const migratedDown = { by: "Ada", at: "2026-11-28T14:02:00.000Z", note: "psql", paths: ["a"] };
  expect(schemaOnLever({ ...REPORT, verdict: "compatible", migratedDown })).toMatchObject({
    ...{ blockers: [], checks: ["It can’t."] },
    warnings: [{ code: "migrated-down", unsafe: false, sentence: expect.stringMatching(/14:02/) }],
  });
});

test("a tool that refuses without the files of what ran stands in the way of a revert", () => {
  const alembic = { tool: "alembic", paths: ["alembic/versions/ab.py"] };
  expect(missingFilesWarning(alembic, "revert", null)).toMatchObject({ unsafe: true });
  expect(missingFilesWarning(alembic, "rollback", '["alembic","upgrade","head"]')).toMatchObject({
    unsafe: true,
  });
  expect(missingFilesWarning(alembic, "rollback", '["gunicorn"]')).toMatchObject({ unsafe: false });
  expect(missingFilesWarning({ ...alembic, paths: [] }, "revert", null)).toBeNull();
  expect(missingFilesWarning({ tool: "rails", paths: ["a"] }, "revert", null)).toBeNull();
});
