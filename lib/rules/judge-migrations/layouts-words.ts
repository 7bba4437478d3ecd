import type { Dialect } from "./operation";

/** A file of a repository, as it stands at one commit. */
export type MigrationFile = { path: string; content: string };

export type Tool =
  | "prisma"
  | "flyway"
  | "golang-migrate"
  | "goose"
  | "dbmate"
  | "sqlx"
  | "diesel"
  | "drizzle"
  | "knex"
  | "typeorm"
  | "sequelize"
  | "mikro-orm"
  | "node-pg-migrate"
  | "kysely"
  | "rails"
  | "django"
  | "alembic"
  | "liquibase"
  | "pgroll"
  | "atlas"
  | "ecto"
  | "laravel"
  | "entity-framework";

/** One migration to judge. Its content has as many lines as the file: what isn't the way up is blank. */
export type Migration = {
  path: string;
  content: string;
  tool: Tool | null;
  /** "unreadable": a language that no reader here knows; `why` says which. */
  kind: "sql" | "ruby" | "python" | "script" | "pgroll" | "unreadable";
  /** What the tool's own files say; null when they say nothing. */
  dialect: Dialect | null;
  /** Why it can't be read; null unless `kind` is "unreadable". */
  why: string | null;
};

/** What a tool runs to take a migration back. */
export type DownFile = {
  path: string;
  content: string;
  /** Path of the migration that it takes back; null when that isn't among the files. */
  of: string | null;
  dialect: Dialect | null;
};

export type Layout = {
  /** Null when it is plain SQL, or when several tools' migrations stand side by side. */
  tool: Tool | null;
  /** In the order in which the tool runs them; those of one folder together. */
  migrations: Migration[];
  downs: DownFile[];
};
