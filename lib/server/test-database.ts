import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, inject } from "vitest";
import { type OpenedDatabase, openDatabase } from "./db";
import { MODEL } from "./test-databases-setup";

type Made = { opened: OpenedDatabase; remove: () => Promise<void> };

/**
 * Runs a suite on the embedded database and on a real PostgreSQL, migrated and emptied before each
 * test. Where there is no real one, its half is skipped with the reason in its name.
 */
export function eachDatabase(
  title: string,
  suite: (database: () => OpenedDatabase, kind: OpenedDatabase["kind"]) => void,
): void {
  describe(`${title} (embedded)`, () => suite(prepared(makeEmbedded), "embedded"));
  const { url, reason } = inject("realPostgres");
  const why = reason === null ? "" : `: skipped, ${reason}`;
  describe.skipIf(url === null)(`${title} (PostgreSQL${why})`, () =>
    suite(
      prepared(() => makeReal(url ?? "")),
      "postgresql",
    ),
  );
}

/** One migrated, empty embedded database, for suites about something else. */
export function embeddedDatabase(): () => OpenedDatabase {
  return prepared(makeEmbedded);
}

function prepared(make: () => Promise<Made>): () => OpenedDatabase {
  let made: Made | null = null;
  beforeAll(async () => {
    made = await make();
  });
  beforeEach(async () => {
    if (made) await empty(made.opened);
  });
  afterAll(async () => {
    await made?.opened.close();
    await made?.remove();
  });
  return () => {
    if (!made) throw new Error("The database is there inside tests and hooks only.");
    return made.opened;
  };
}

async function makeEmbedded(): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "known-good-test-"));
  cpSync(inject("embeddedModel"), folder, { recursive: true });
  const opened = await openDatabase({ dataDir: folder });
  return { opened, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function makeReal(serverUrl: string): Promise<Made> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${MODEL}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const opened = await openDatabase({ databaseUrl: url.href, dataDir: "unused" });
  return { opened, remove: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * Empties what has rows and winds its counters back. Truncating every table makes files anew, which
 * takes most of a short test; what forbids deleting (a published retro) is for users, not for this.
 */
const EMPTY = `DO $$
DECLARE
  name text;
  has_rows boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
    IF has_rows THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$`;

/** What a test has begun may still write when it is over; where the two wait for one another, again. */
async function empty({ db }: OpenedDatabase): Promise<void> {
  for (let left = 5; ; left -= 1) {
    try {
      await db.$executeRawUnsafe(EMPTY);
      return;
    } catch (error) {
      const isDeadlock = error instanceof Error && error.message.includes("40P01");
      if (!isDeadlock || left === 0) throw error;
    }
  }
}
