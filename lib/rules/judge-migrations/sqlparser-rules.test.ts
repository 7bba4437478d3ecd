import { describe, expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";

type Case = [verdict: "c" | "u" | "i", rule: string | null, sql: string];

const MYSQL: Case[] = [
  ["c", "add-column", "ALTER TABLE `orders` ADD COLUMN `note` varchar(40) NULL AFTER `id`"],
  [
    "c",
    "add-column",
    "ALTER TABLE orders ADD n int NOT NULL DEFAULT 0, ALGORITHM=INSTANT, LOCK=NONE",
  ],
  ["c", "add-column", "ALTER TABLE orders ADD n bigint NOT NULL AUTO_INCREMENT UNIQUE"],
  ["c", "add-column", "ALTER TABLE orders ADD d date AS (date(at)) VIRTUAL"],
  ["u", "computed-not-null", "ALTER TABLE orders ADD d date AS (date(at)) VIRTUAL NOT NULL"],
  ["i", "add-unique", "ALTER TABLE orders ADD d date AS (date(at)) VIRTUAL UNIQUE"],
  ["i", "add-unique", "ALTER TABLE orders ADD d date AS (date(at)), ADD UNIQUE KEY (d)"],
  ["u", "restrict-access", "SET GLOBAL sql_mode = 'STRICT_ALL_TABLES'"],
  ["c", null, "SET SESSION sql_mode = ''"],
  ["u", "restrict-access", "ALTER TABLE orders ALTER COLUMN note SET INVISIBLE"],
  [
    "u",
    "dynamic",
    "ALTER TABLE orders PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (10))",
  ],
  ["c", null, "ALTER TABLE orders PARTITION BY HASH (id) PARTITIONS 4"],
  ["c", "add-column", "ALTER TABLE orders ADD u char(36) NOT NULL DEFAULT (uuid()) UNIQUE"],
  ["c", "add-column", "ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text"],
  ["i", "required-field", "ALTER TABLE orders ADD n int unsigned NOT NULL"],
  ["i", "required-field", "ALTER TABLE orders ADD COLUMN (a int, b int NOT NULL)"],
  ["i", "add-unique", "ALTER TABLE orders ADD n int NOT NULL DEFAULT 0 UNIQUE"],
  ["i", "drop-column", "ALTER TABLE orders DROP note, ENGINE=InnoDB"],
  ["i", "drop-column", "ALTER TABLE orders RENAME INDEX a TO b, DROP COLUMN note"],
  ["i", "rename-column", "ALTER TABLE orders CHANGE note remark varchar(40) NULL"],
  ["i", "rename-column", "ALTER TABLE orders RENAME COLUMN a TO b, ALGORITHM=INPLACE"],
  ["i", "replace-column", "ALTER TABLE a RENAME COLUMN b TO c, RENAME COLUMN c TO b"],
  ["i", "replace-column", "ALTER TABLE a ADD b int, DROP COLUMN b"],
  ["i", "rename-table", "RENAME TABLE orders TO purchases"],
  ["i", "rename-table", "ALTER TABLE orders RENAME purchases"],
  ["i", "drop-table", "DROP TABLE IF EXISTS `shop`.`orders`"],
  ["i", "change-type", "ALTER TABLE orders MODIFY note varchar(20)"],
  ["i", "change-type", "ALTER TABLE orders MODIFY COLUMN n int NOT NULL"],
  ["c", "widen-type", "ALTER TABLE orders MODIFY id bigint unsigned NOT NULL AUTO_INCREMENT"],
  ["c", "widen-type", "ALTER TABLE orders CHANGE note note longtext"],
  ["u", "redefine-column", "ALTER TABLE orders MODIFY state ENUM('a','b') NOT NULL DEFAULT 'a'"],
  ["u", "redefine-column", "ALTER TABLE orders MODIFY note text NOT NULL"],
  ["u", "change-default", "ALTER TABLE orders ALTER note SET DEFAULT 'x'"],
  ["u", "change-default", "ALTER TABLE orders ALTER COLUMN note DROP DEFAULT"],
  ["i", "add-unique", "ALTER TABLE orders ADD UNIQUE KEY u (code(10))"],
  ["i", "unique-index", "CREATE UNIQUE INDEX u ON orders (code) LOCK=NONE"],
  ["i", "add-foreign-key", "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id)"],
  ["i", "add-primary-key", "ALTER TABLE a DROP PRIMARY KEY, ADD PRIMARY KEY (b, c)"],
  ["i", "add-check", "ALTER TABLE a ADD CHECK (b > 0)"],
  ["c", null, "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0) NOT ENFORCED"],
  ["c", "add-column", "ALTER TABLE a ADD b int, ADD CHECK (b > 0 OR b IS NULL), ADD UNIQUE (b)"],
  ["i", "add-check", "ALTER TABLE a ADD b int, ADD CONSTRAINT c CHECK (b IS NOT NULL)"],
  [
    "u",
    "redefine-constraint",
    "ALTER TABLE a DROP FOREIGN KEY f, ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id) ON DELETE CASCADE",
  ],
  ["c", "add-index", "CREATE FULLTEXT INDEX i ON orders (note)"],
  ["c", "add-index", "ALTER TABLE orders ADD INDEX i (a, b DESC), ADD KEY (c)"],
  ["c", "drop-index", "DROP INDEX i ON orders"],
  ["c", "drop-index", "ALTER TABLE orders DROP KEY i"],
  ["c", "drop-constraint", "ALTER TABLE orders DROP CHECK c"],
  ["c", null, "ALTER TABLE orders ADD UNIQUE u (a); DROP INDEX u ON orders"],
  ["c", null, "ALTER TABLE orders ENGINE=InnoDB, COMMENT='DROP TABLE a;', AUTO_INCREMENT=10"],
  ["c", null, "ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4"],
  ["u", "dynamic", "ALTER TABLE orders CONVERT TO CHARACTER SET latin1"],
  ["c", null, "SET FOREIGN_KEY_CHECKS=0; LOCK TABLES a WRITE; UNLOCK TABLES; OPTIMIZE TABLE a"],
  [
    "c",
    "add-table",
    "CREATE TABLE IF NOT EXISTS a (id int PRIMARY KEY, UNIQUE KEY (b)) ENGINE=InnoDB",
  ],
  ["c", "add-table", "CREATE TABLE a (b int) PARTITION BY HASH (b) PARTITIONS 4"],
  ["c", "add-table", "CREATE TABLE a LIKE orders; INSERT INTO a SELECT * FROM orders"],
  ["c", "add-routine", "CREATE PROCEDURE p() BEGIN DELETE FROM orders; DROP TABLE orders; END"],
  [
    "i",
    "drop-table",
    "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\nEND//\nDELIMITER ;\nDROP TABLE a;",
  ],
  ["u", "trigger", "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.a = 1"],
  [
    "i",
    "rejecting-trigger",
    "CREATE DEFINER=`r`@`%` TRIGGER t BEFORE INSERT ON orders FOR EACH ROW BEGIN IF NEW.a < 0 THEN SIGNAL SQLSTATE '45000'; END IF; END",
  ],
  ["u", "drop-trigger", "DROP TRIGGER IF EXISTS t"],
  ["i", "drop-routine", "DROP PROCEDURE p"],
  ["u", "redefine-view", "CREATE OR REPLACE VIEW v AS SELECT 1"],
  ["u", "redefine-view", "ALTER VIEW v AS SELECT 1"],
  ["i", "drop-view", "DROP VIEW v"],
  ["i", "drop-schema", "DROP DATABASE shop"],
  ["i", "drop-table", "/*!40000 ALTER TABLE a DISABLE KEYS */; /*!50003 DROP TABLE a */;"],
  [
    "c",
    null,
    "# DROP TABLE a;\n-- DROP TABLE b;\n/* DROP TABLE c; */ SELECT 'it\\'s; DROP TABLE d'",
  ],
  ["u", "dynamic", "SET @s = 'DROP TABLE a'; PREPARE s FROM @s; EXECUTE s; DEALLOCATE PREPARE s"],
  ["u", "dynamic", "CALL tidy_up()"],
  ["u", "dynamic", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM a"],
  ["u", "overwrite-rows", "REPLACE INTO a VALUES (1)"],
  ["u", "overwrite-rows", "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 1"],
  ["u", "overwrite-rows", "UPDATE a JOIN b ON a.x = b.x SET a.y = b.y"],
  ["u", "delete-rows", "DELETE a FROM a JOIN b ON a.x = b.x"],
  ["u", "delete-rows", "ALTER TABLE a DROP PARTITION p1"],
  ["u", "truncate", "TRUNCATE a"],
  ["u", "insert-rows", "INSERT IGNORE INTO states (code) VALUES ('new')"],
  ["i", "restrict-writes", "REVOKE INSERT ON a FROM shop"],
  ["u", "unreadable", "ALTER TABLE a FROBNICATE"],
  ["u", "unreadable", "SOURCE more.sql"],
  ["i", "drop-column", "ALTER TABLE a FROBNICATE, DROP COLUMN b"],
];

const SQLITE: Case[] = [
  ["c", "add-column", "ALTER TABLE feeds ADD COLUMN muted INTEGER NOT NULL DEFAULT 0"],
  ["c", "add-column", "ALTER TABLE feeds ADD owner TEXT REFERENCES users (id)"],
  ["i", "required-field", "ALTER TABLE feeds ADD COLUMN owner TEXT NOT NULL"],
  ["i", "drop-column", 'ALTER TABLE [feeds] DROP COLUMN "url"'],
  ["i", "rename-column", "ALTER TABLE feeds RENAME url TO href"],
  ["i", "rename-table", "ALTER TABLE feeds RENAME TO sources"],
  ["i", "unique-index", "CREATE UNIQUE INDEX u ON feeds (url) WHERE muted = 0"],
  ["c", "add-index", "CREATE INDEX IF NOT EXISTS i ON feeds (url)"],
  ["c", null, "PRAGMA foreign_keys=OFF; PRAGMA user_version = 7; VACUUM; REINDEX; ANALYZE"],
  ["c", "add-table", "CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE b (c, d) STRICT"],
  ["u", "trigger", "CREATE TRIGGER t AFTER INSERT ON feeds BEGIN UPDATE feeds SET n = 1; END"],
  [
    "i",
    "rejecting-trigger",
    "CREATE TRIGGER t BEFORE INSERT ON feeds BEGIN SELECT RAISE(ABORT, 'no'); END",
  ],
  [
    "i",
    "drop-table",
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET n = 1; END; DROP TABLE c",
  ],
  [
    "u",
    "rebuild-table",
    "CREATE TABLE new_a (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO new_a (id, b) SELECT id, b FROM a; DROP TABLE a; ALTER TABLE new_a RENAME TO a",
  ],
  [
    "i",
    "required-field",
    "CREATE TABLE new_a (id INTEGER PRIMARY KEY, b TEXT NOT NULL); INSERT INTO new_a (id) SELECT id FROM a; DROP TABLE a; ALTER TABLE new_a RENAME TO a",
  ],
  ["c", null, "BEGIN; DROP TABLE a; ROLLBACK"],
  ["u", "overwrite-rows", "INSERT OR REPLACE INTO a VALUES (1)"],
  ["u", "unreadable", ".read more.sql"],
];

const VERDICTS = { c: "compatible", u: "unknown", i: "incompatible" } as const;

describe.each([
  ["mysql", MYSQL],
  ["sqlite", SQLITE],
] as const)("one statement of %s", (dialect, cases) => {
  test.each(cases)("%s %s: %s", async (verdict, rule, content) => {
    const files = [{ path: "migrations/0001_one.sql", content }];
    const judgement = await judgeMigrations(files, { dialect });
    expect(judgement.findings[0]?.rule ?? null).toBe(rule);
    expect(judgement.verdict).toBe(VERDICTS[verdict]);
  });
});
