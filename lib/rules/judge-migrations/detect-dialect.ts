import type { Dialect } from "./operation";
import { sqlTokens } from "./sql-tokens";

/** How much of each file is looked at: what tells dialects apart stands in its definitions. */
const LOOKED_AT = 50_000;

/** Words that only one of the databases understands. */
const WORDS: Record<string, Dialect> = {
  AUTO_INCREMENT: "mysql",
  ENGINE: "mysql",
  MODIFY: "mysql",
  UNSIGNED: "mysql",
  TINYINT: "mysql",
  MEDIUMINT: "mysql",
  MEDIUMTEXT: "mysql",
  LONGTEXT: "mysql",
  DELIMITER: "mysql",
  UTF8MB4: "mysql",
  FOREIGN_KEY_CHECKS: "mysql",
  PRAGMA: "sqlite",
  AUTOINCREMENT: "sqlite",
  ROWID: "sqlite",
  JSONB: "postgresql",
  TIMESTAMPTZ: "postgresql",
  BIGSERIAL: "postgresql",
  BYTEA: "postgresql",
  CONCURRENTLY: "postgresql",
  PLPGSQL: "postgresql",
  ILIKE: "postgresql",
  EXTENSION: "postgresql",
};

/**
 * The database that these texts are written for: the one whose own words they use most, comments and
 * strings left out. PostgreSQL when nothing speaks for another.
 */
export function detectDialect(texts: readonly string[]): Dialect {
  const votes = { postgresql: 0, mysql: 0, sqlite: 0 };
  let ticks = 0;
  for (const text of texts) {
    // Quotes of all kinds are seen as what they are in two of them; backticks are names in both.
    for (const { kind, text: word, start } of sqlTokens(text.slice(0, LOOKED_AT), "sqlite")) {
      if (kind === "word") {
        const own = WORDS[word];
        if (own) votes[own] += 1;
      } else if (kind === "name" && text.charAt(start) === "`") ticks += 1;
      else if (word === "$" || word === ":") votes.postgresql += 0.5;
    }
  }
  // Names in backticks are MySQL's habit, and SQLite's where its own words stand beside them.
  if (ticks > 0) return votes.sqlite > votes.mysql ? "sqlite" : "mysql";
  if (votes.postgresql >= votes.mysql && votes.postgresql >= votes.sqlite) return "postgresql";
  return votes.mysql >= votes.sqlite ? "mysql" : "sqlite";
}
