import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type PoolConfig } from "pg";

/** The lock that `prisma migrate deploy` takes as well, so the two never run at once. */
const MIGRATION_LOCK = 72_707_369;

export type Migration = { name: string; sql: string; checksum: string };

/** The database can't be brought to this program's schema; the message says what to do. */
export class MigrationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "MigrationError";
  }
}

/** The migrations in a folder, in the order in which they apply. */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * Applies what the database lacks, all of it or nothing, and keeps the books as Prisma does, so
 * that its own command can continue from there. Returns the names it applied.
 */
export async function migrate(
  connection: PoolConfig,
  migrations: readonly Migration[],
): Promise<string[]> {
  // A migration may rightly take longer than a request's statement.
  const client = new Client({
    ...connection,
    query_timeout: 0,
    statement_timeout: 0,
    lock_timeout: 0,
  });
  // A connection that breaks fails the query that needs it; unheard, it would end the program.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await client.query(BOOKS);
    const { rows } = await client.query<{
      migration_name: string;
      checksum: string;
      done: boolean;
    }>(
      `SELECT migration_name, checksum, finished_at IS NOT NULL AS done
         FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
    );
    const applied = new Map(rows.map((row) => [row.migration_name, row]));
    refuseWhatDiffers(applied, migrations);
    const missing = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of missing) await apply(client, migration);
    await client.query("COMMIT");
    return missing.map((migration) => migration.name);
  } catch (error) {
    // The first error is the one to tell; a connection that is gone rolls back by itself.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

function refuseWhatDiffers(
  applied: ReadonlyMap<string, { checksum: string; done: boolean }>,
  migrations: readonly Migration[],
): void {
  const ours = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, row] of applied) {
    const own = ours.get(name);
    if (!own) {
      throw new MigrationError(
        `The database was used by a newer version of this program: it knows the migration ${name}, which this version doesn't. Start that version, or restore a backup made before it.`,
      );
    }
    if (!row.done) {
      throw new MigrationError(
        `The migration ${name} was begun by another tool and never finished. Settle it with "prisma migrate resolve" first.`,
      );
    }
    if (row.checksum !== own.checksum) {
      throw new MigrationError(
        `The migration ${name} was edited after it was applied to this database. Put its file back as it was.`,
      );
    }
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query(migration.sql);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`The migration ${migration.name} failed: ${why}`, error);
  }
  await client.query(
    `INSERT INTO "_prisma_migrations"
       (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count)
     VALUES ($1, $2, now(), $3, NULL, NULL, $4, 1)`,
    [randomUUID(), migration.checksum, migration.name, startedAt],
  );
}

const BOOKS = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
