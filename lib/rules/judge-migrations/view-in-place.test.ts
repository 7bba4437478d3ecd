import { expect, test } from "vitest";
import { judgeMigrations } from "../judge-migrations";

const RENAMED = "ALTER TABLE a RENAME TO b; CREATE VIEW a";

test.each([
  ["of all of it", "compatible", "view-of-all", `${RENAMED} AS SELECT * FROM b`],
  ["of some columns", "unknown", "view-for-table", `${RENAMED} AS SELECT c FROM b`],
  [
    "that calls its columns otherwise",
    "unknown",
    "view-for-table",
    `${RENAMED} (x) AS SELECT * FROM b`,
  ],
  ["of some rows", "unknown", "view-for-table", `${RENAMED} AS SELECT * FROM b LIMIT 9`],
  ["of two tables", "unknown", "view-for-table", `${RENAMED} AS SELECT * FROM b, d`],
  [
    "of a table that lost a column",
    "incompatible",
    "drop-column",
    `ALTER TABLE a DROP x; ${RENAMED} AS SELECT * FROM b`,
  ],
  [
    "of a table that demands more",
    "incompatible",
    "set-not-null",
    `${RENAMED} AS SELECT * FROM b; ALTER TABLE b ALTER x SET NOT NULL`,
  ],
  [
    "with a rule",
    "unknown",
    "trigger",
    `${RENAMED} AS SELECT * FROM b; CREATE RULE r AS ON INSERT TO a DO INSTEAD NOTHING`,
  ],
])("a view where the table stood, %s", async (_name, verdict, rule, content) => {
  const files = [{ path: "migrations/1_a.sql", content }];
  const judgement = await judgeMigrations(files, { dialect: "postgresql" });
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.findings[0]?.rule).toBe(rule);
});

test.each([
  [
    "tables of two search paths are two",
    "SET search_path = s; ALTER TABLE a ADD x int; SET search_path = t; ALTER TABLE a DROP x",
  ],
  [
    "an index that became a constraint isn't dropped by its old name",
    "CREATE UNIQUE INDEX i ON a (b); ALTER TABLE a ADD CONSTRAINT c UNIQUE USING INDEX i; DROP INDEX IF EXISTS i",
  ],
])("%s", async (_name, content) => {
  const files = [{ path: "migrations/1_a.sql", content }];
  const { verdict } = await judgeMigrations(files, { dialect: "postgresql" });
  expect(verdict).toBe("incompatible");
});
