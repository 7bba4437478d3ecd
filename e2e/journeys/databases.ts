import { randomBytes, randomUUID } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { openLedger } from "../../sandbox/history/open-ledger.ts";
import { startRealPostgres } from "../real-parts/start-real-postgres.ts";

/** The server that worlds of this run share; absent where there is none. */
const SERVER = "KNOWN_GOOD_JOURNEYS_SERVER";
/** A data folder with an empty embedded database at today's schema, to copy. */
const LEDGER = "KNOWN_GOOD_JOURNEYS_LEDGER";
const MIGRATIONS = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/**
 * Once a run, in front of every worker: a real PostgreSQL for the worlds that don't use the embedded
 * one, and for the others a ledger that is made once instead of by each of their consoles.
 */
export default async function startDatabases(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "known-good-ledger-"));
  const [{ part }] = await Promise.all([startRealPostgres(), makeLedger(folder)]);
  if (part) process.env[SERVER] = part.url;
  process.env[LEDGER] = folder;
  return async () => {
    delete process.env[SERVER];
    delete process.env[LEDGER];
    await part?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function makeLedger(folder: string): Promise<void> {
  const ledger = await openLedger(folder, MIGRATIONS);
  await ledger.close();
}

/** Puts an empty ledger into the data folder of a console that hasn't begun. */
export async function copyLedger(dataDir: string): Promise<void> {
  const model = process.env[LEDGER];
  if (model === undefined) throw new Error("The ledger to copy is made at the start of a run.");
  await cp(model, dataDir, { recursive: true });
}

export type JourneyDatabase = {
  /** For the console's environment. */
  env: Record<string, string>;
  remove: () => Promise<void>;
};

/** An empty database of the shared server; null where there is none, so that the embedded one is used. */
export async function makeDatabase(): Promise<JourneyDatabase | null> {
  const server = process.env[SERVER];
  if (server === undefined) return null;
  const name = `journey_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href, KNOWN_GOOD_KEY: randomBytes(32).toString("base64") },
    remove: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
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
