import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync } from "node:fs";
import { Client } from "pg";
import { beforeAll, beforeEach, describe, inject } from "vitest";
import { type OpenedDatabase, openDatabase } from "./db";
import { MODEL } from "./test-databases-setup";

/** One of each kind for all files of a worker, which come one after another. */
const opened = new Map<OpenedDatabase["kind"], Promise<OpenedDatabase>>();

function once(
  kind: OpenedDatabase["kind"],
  make: () => Promise<OpenedDatabase>,
): Promise<OpenedDatabase> {
  const made = opened.get(kind) ?? make();
  opened.set(kind, made);
  return made;
}

/**
 * Runs a suite on the embedded database and on a real PostgreSQL, migrated and emptied before each
 * test. Where there is no real one, its half is skipped with the reason in its name.
 */
export function eachDatabase(
  title: string,
  suite: (database: () => OpenedDatabase, kind: OpenedDatabase["kind"]) => void,
): void {
  describe(`${title} (embedded)`, () =>
    suite(
      prepared(() => once("embedded", makeEmbedded)),
      "embedded",
    ));
  const { url, reason } = inject("realPostgres");
  const why = reason === null ? "" : `: skipped, ${reason}`;
  describe.skipIf(url === null)(`${title} (PostgreSQL${why})`, () =>
    suite(
      prepared(() => once("postgresql", () => makeReal(url ?? ""))),
      "postgresql",
    ),
  );
}

/** The embedded database alone, migrated and emptied before each test, for suites about something else. */
export function embeddedDatabase(): () => OpenedDatabase {
  return prepared(() => once("embedded", makeEmbedded));
}

function prepared(make: () => Promise<OpenedDatabase>): () => OpenedDatabase {
  let made: OpenedDatabase | null = null;
  beforeAll(async () => {
    made = await make();
  });
  beforeEach(async () => {
    if (made) await empty(made);
  });
  return () => {
    if (!made) throw new Error("The database is there inside tests and hooks only.");
    return made;
  };
}

async function makeEmbedded(): Promise<OpenedDatabase> {
  return openDatabase({ dataDir: copyModel() });
}

async function makeReal(serverUrl: string): Promise<OpenedDatabase> {
  return openDatabase({ databaseUrl: await copyOnServer(serverUrl), dataDir: "unused" });
}

/** A data folder of its own with an empty, migrated database, beside the model, with which it goes. */
export function copyModel(): string {
  const model = inject("embeddedModel");
  const folder = mkdtempSync(`${model}-copy-`);
  cpSync(model, folder, { recursive: true });
  return folder;
}

/** The address of an empty, migrated database on the server of the run, which takes it along. */
export async function copyOnServer(serverUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${MODEL}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
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
