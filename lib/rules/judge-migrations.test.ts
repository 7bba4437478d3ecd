import { describe, expect, test } from "vitest";
import { SchemaJudgement } from "@/lib/contracts/schema-judgement";
import { judgeMigrations } from "./judge-migrations";

const one = (content: string, path = "migrations/0001_one.sql") => [{ path, content }];

describe("judgeMigrations", () => {
  test("nothing changed: compatible", async () => {
    expect(await judgeMigrations([])).toEqual({
      verdict: "compatible",
      class: "SAFE",
      findings: [],
    });
    expect((await judgeMigrations(one("-- nothing but words\n"))).class).toBe("SAFE");
  });

  test("quotes the statement where it stands, comments before it left out", async () => {
    const content =
      "-- größe 👕 DROP TABLE x;\r\nSELECT 'é; DROP TABLE y';\r\n\r\n/* why */\r\nALTER TABLE \"Ordres\"\r\n  DROP COLUMN größe; -- gone\r\n";
    const judgement = await judgeMigrations(one(content));
    expect(SchemaJudgement.parse(judgement)).toEqual(judgement);
    expect(judgement).toMatchObject({ verdict: "incompatible", class: "BREAKS_READ_WRITE" });
    expect(judgement.findings[0]).toEqual({
      rule: "drop-column",
      class: "BREAKS_READ_WRITE",
      verdict: "incompatible",
      path: "migrations/0001_one.sql",
      line: 5,
      statement: 'ALTER TABLE "Ordres"\r\n  DROP COLUMN größe',
      sentence:
        "The older version reads and writes Ordres.größe, which is gone: its statements fail.",
    });
  });

  test("worst first, then in the order of the migrations", async () => {
    const files = [
      ...one("UPDATE a SET b = 1; ALTER TABLE a ADD c int;", "migrations/0009_b.sql"),
      ...one("DROP TABLE d; TRUNCATE e;", "migrations/0010_c.sql"),
      ...one("ALTER TABLE f ALTER g SET NOT NULL;", "migrations/0002_a.sql"),
    ];
    const { findings } = await judgeMigrations(files);
    expect(findings.map(({ rule }) => rule)).toEqual([
      "drop-table",
      "set-not-null",
      "overwrite-rows",
      "truncate",
      "add-column",
    ]);
  });

  test("down files make no difference", async () => {
    const files = [
      ...one("ALTER TABLE a ADD b int;", "db/000001_a.up.sql"),
      ...one("ALTER TABLE a DROP COLUMN b;", "db/000001_a.down.sql"),
    ];
    expect((await judgeMigrations(files)).verdict).toBe("compatible");
  });

  test("finds the dialect out by itself", async () => {
    const mysql = "ALTER TABLE `a` MODIFY `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT;";
    expect((await judgeMigrations(one(mysql))).verdict).toBe("compatible");
    const sqlite = "PRAGMA foreign_keys=OFF;\nALTER TABLE `a` ADD `b` text;";
    expect((await judgeMigrations(one(sqlite))).verdict).toBe("compatible");
    const postgresql = 'ALTER TABLE "a" ADD COLUMN "b" jsonb DEFAULT \'{}\'::jsonb;';
    expect((await judgeMigrations(one(postgresql))).verdict).toBe("compatible");
  });

  test("placeholders stand for names", async () => {
    const content = `ALTER TABLE \${crm}.leads DROP COLUMN score;`;
    const { findings } = await judgeMigrations(one(content, "db/migration/V1__a.sql"));
    expect(findings[0]).toMatchObject({ rule: "drop-column", statement: content.slice(0, -1) });
  });

  test("one file that can't be read hides no other, and no statement beside it", async () => {
    const files = [
      ...one("CREATE TABLE half (", "migrations/0001_a.sql"),
      ...one("ALTER TABEL a;\nDROP TABLE b;", "migrations/0002_b.sql"),
    ];
    const { verdict, findings } = await judgeMigrations(files);
    expect(verdict).toBe("incompatible");
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
      ["drop-table", 2],
      ["unreadable", 1],
      ["unreadable", 1],
    ]);
  });
});
