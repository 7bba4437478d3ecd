import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** The books in which the console, and Prisma, note what a database has been through. */
const BOOKS = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
const NOTE = `INSERT INTO "_prisma_migrations"
  (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`;

/**
 * Makes a new ledger in the console's data folder, at today's schema, before any console opens it.
 * `migrations` is the folder with the plain SQL. Close it before the console starts.
 */
export async function openLedger(dataDir: string, migrations: string): Promise<PGlite> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const ledger = new PGlite(join(dataDir, "postgres"));
  await ledger.waitReady;
  await ledger.exec(BOOKS);
  const names = readdirSync(migrations, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  for (const name of names) {
    const sql = readFileSync(join(migrations, name, "migration.sql"), "utf8");
    await ledger.exec(sql);
    const checksum = createHash("sha256").update(sql).digest("hex");
    await ledger.query(NOTE, [randomUUID(), checksum, name]);
  }
  return ledger;
}
