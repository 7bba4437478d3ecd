import { describe, expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";

/** Several migrations, one after the other, and what they leave behind. */
const CASES: [what: string, verdict: string, rule: string | null, ...steps: string[]][] = [
  [
    "a column added and dropped is nothing",
    "compatible",
    null,
    "ALTER TABLE a ADD b int NOT NULL",
    "ALTER TABLE public.a DROP COLUMN b",
  ],
  [
    "a table made and dropped is nothing",
    "compatible",
    null,
    "CREATE TABLE a (b int)",
    "DROP TABLE IF EXISTS a CASCADE",
  ],
  [
    "rules on a new table are nothing",
    "compatible",
    "add-table",
    "CREATE TABLE a (b int)",
    "ALTER TABLE a ADD UNIQUE (b), ALTER b SET NOT NULL, ADD CHECK (b > 0)",
    "CREATE UNIQUE INDEX ON a (b); TRUNCATE a; ALTER TABLE a DROP COLUMN b",
    "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()",
  ],
  [
    "a new table keeps its newness under another name",
    "compatible",
    "add-table",
    "CREATE TABLE a (b int); ALTER TABLE a RENAME TO c",
    "ALTER TABLE c ALTER b SET NOT NULL",
  ],
  [
    "the same name in another schema is another table",
    "incompatible",
    "drop-table",
    "CREATE TABLE x.a (b int)",
    "DROP TABLE a",
  ],
  [
    "renamed there and back is nothing",
    "compatible",
    null,
    "ALTER TABLE a RENAME b TO c; ALTER TABLE a RENAME TO d",
    "ALTER TABLE d RENAME TO a; ALTER TABLE a RENAME c TO b",
  ],
  [
    "two columns that change their names",
    "incompatible",
    "replace-column",
    "ALTER TABLE a RENAME b TO x; ALTER TABLE a RENAME c TO b; ALTER TABLE a RENAME x TO c",
  ],
  [
    "a new column that becomes required",
    "incompatible",
    "required-field",
    "ALTER TABLE a ADD b int",
    "UPDATE a SET b = 1",
    "ALTER TABLE a ALTER b SET NOT NULL",
  ],
  [
    "a default that was there for the length of the migration",
    "incompatible",
    "required-field",
    "ALTER TABLE a ADD b int NOT NULL DEFAULT 0",
    "ALTER TABLE a ALTER b DROP DEFAULT",
  ],
  [
    "a required column that is given a default",
    "compatible",
    "add-column",
    "ALTER TABLE a ADD b int NOT NULL",
    "ALTER TABLE a ALTER b SET DEFAULT 0",
  ],
  [
    "optional and required again is as before",
    "compatible",
    null,
    "ALTER TABLE a ALTER b DROP NOT NULL",
    "ALTER TABLE a ALTER b SET NOT NULL",
  ],
  [
    "a constraint added and dropped is nothing",
    "compatible",
    null,
    "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT VALID; CREATE UNIQUE INDEX i ON a (b)",
    "ALTER TABLE a DROP CONSTRAINT c; DROP INDEX i",
  ],
  [
    "a constraint without a name is dropped by the one it got",
    "compatible",
    null,
    "ALTER TABLE a ADD UNIQUE (b)",
    "ALTER TABLE a DROP CONSTRAINT a_b_key",
  ],
  [
    "a check for the way to NOT NULL",
    "incompatible",
    "set-not-null",
    "ALTER TABLE a ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID",
    "ALTER TABLE a VALIDATE CONSTRAINT c; ALTER TABLE a ALTER b SET NOT NULL",
    "ALTER TABLE a DROP CONSTRAINT c",
  ],
  [
    "a foreign key replaced under its name",
    "unknown",
    "redefine-constraint",
    "ALTER TABLE a DROP CONSTRAINT f",
    "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c ON DELETE CASCADE",
  ],
  [
    "a key on a new empty column",
    "compatible",
    "add-column",
    "ALTER TABLE a ADD b int",
    "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c; CREATE UNIQUE INDEX ON a (b, d)",
  ],
  [
    "a key on a new column whose default was never looked up",
    "incompatible",
    "not-valid-constraint",
    "ALTER TABLE a ADD b int DEFAULT 0",
    "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c NOT VALID",
  ],
  [
    "nulls that are alike",
    "incompatible",
    "add-unique",
    "ALTER TABLE a ADD b int",
    "ALTER TABLE a ADD UNIQUE NULLS NOT DISTINCT (b)",
  ],
  [
    "a check over new and old columns",
    "incompatible",
    "add-check",
    "ALTER TABLE a ADD b int",
    "ALTER TABLE a ADD CHECK (b IS NOT NULL OR c IS NULL)",
  ],
  [
    "a check that an empty column always passes",
    "compatible",
    "add-column",
    "ALTER TABLE a ADD b int",
    "ALTER TABLE a ADD CHECK (b > c OR b IS NULL)",
  ],
  [
    "a partial index that holds no row of the older version",
    "compatible",
    "add-column",
    "ALTER TABLE a ADD b timestamptz",
    "CREATE UNIQUE INDEX ON a (c) WHERE b IS NOT NULL",
  ],
  [
    "dropped and added again",
    "incompatible",
    "replace-column",
    "ALTER TABLE a DROP b",
    "ALTER TABLE a ADD b int",
  ],
  [
    "dropped if it was there, and added",
    "unknown",
    "make-anew",
    "ALTER TABLE a DROP COLUMN IF EXISTS b",
    "ALTER TABLE a ADD b int",
  ],
  [
    "another table in its place",
    "incompatible",
    "replace-table",
    "CREATE TABLE b (c int); ALTER TABLE a RENAME TO old; ALTER TABLE b RENAME TO a",
  ],
  [
    "a view in its place",
    "unknown",
    "view-for-table",
    "ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT c FROM b",
  ],
  [
    "an enumeration made among them",
    "compatible",
    null,
    "CREATE TYPE m AS ENUM ('a'); ALTER TYPE m RENAME VALUE 'a' TO 'b'",
    "ALTER TYPE m RENAME TO n; DROP TYPE n",
  ],
  [
    "an enumeration written anew",
    "incompatible",
    "change-type",
    "CREATE TYPE m_new AS ENUM ('a')",
    "ALTER TABLE t ALTER c TYPE m_new USING (c::text::m_new)",
    "ALTER TYPE m RENAME TO m_old; ALTER TYPE m_new RENAME TO m; DROP TYPE m_old",
  ],
  [
    "rolled back",
    "compatible",
    "add-column",
    "ALTER TABLE a ADD b int; BEGIN; DROP TABLE a; ROLLBACK",
  ],
  ["committed", "incompatible", "drop-table", "BEGIN; DROP TABLE a; COMMIT; ROLLBACK"],
  [
    "a partition made among them",
    "compatible",
    "add-table",
    "CREATE TABLE p (b int); ALTER TABLE a ATTACH PARTITION p FOR VALUES IN (1)",
  ],
  [
    "a view written anew has its index anew",
    "unknown",
    "redefine-view",
    "DROP MATERIALIZED VIEW v; CREATE MATERIALIZED VIEW v AS SELECT 1 AS a",
    "CREATE UNIQUE INDEX ON v (a)",
  ],
  [
    "names are looked for where the file says",
    "compatible",
    null,
    "CREATE TABLE s.a (b int)",
    "SET search_path TO s, public; ALTER TABLE a ALTER b SET NOT NULL; DROP TABLE a",
  ],
  [
    "a table that was there after all",
    "incompatible",
    "drop-column",
    "CREATE TABLE IF NOT EXISTS a (b int)",
    "ALTER TABLE a ADD d int; ALTER TABLE a DROP COLUMN c",
  ],
  [
    "dots in quoted names",
    "incompatible",
    "drop-table",
    'CREATE TABLE "A"."B.C" (id int); DROP TABLE "A.B"."C"',
  ],
  [
    "a new column of a new domain that takes no NULL",
    "incompatible",
    "required-field",
    "CREATE DOMAIN code AS text NOT NULL",
    "ALTER TABLE a ADD COLUMN c code",
  ],
  [
    "a new column of a new domain with a default",
    "compatible",
    "add-type",
    "CREATE DOMAIN code AS text DEFAULT 'x' NOT NULL",
    "ALTER TABLE a ADD COLUMN c code",
  ],
  [
    "the session's own table, made and dropped",
    "compatible",
    null,
    "CREATE TEMPORARY TABLE a AS SELECT 1 AS b; DROP TABLE a",
  ],
  [
    "everybody's table beside the session's own",
    "incompatible",
    "drop-table",
    "CREATE TEMP TABLE a (b int); INSERT INTO a SELECT b FROM public.a; DROP TABLE public.a",
  ],
  [
    "rows of a new table",
    "compatible",
    "add-table",
    "CREATE TABLE a (b int); INSERT INTO a SELECT b FROM c; UPDATE a SET b = 2; DELETE FROM a",
  ],
];

describe("what several migrations leave behind", () => {
  test.each(CASES)("%s", async (_, verdict, rule, ...steps) => {
    const files = steps.map((content, at) => ({ path: `migrations/000${at}_step.sql`, content }));
    const judgement = await judgeMigrations(files, { dialect: "postgresql" });
    expect(judgement.findings[0]?.rule ?? null).toBe(rule);
    expect(judgement.verdict).toBe(verdict);
  });

  test("a table that one service makes is none of another's", async () => {
    const files = [
      { path: "services/a/migrations/0001_one.sql", content: "CREATE TABLE users (id int);" },
      { path: "services/b/migrations/0002_two.sql", content: "DROP TABLE users;" },
    ];
    expect((await judgeMigrations(files)).verdict).toBe("incompatible");
  });
});
