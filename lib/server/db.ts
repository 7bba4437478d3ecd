import "server-only";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { PrismaPg } from "@prisma/adapter-pg";
import type { PoolConfig } from "pg";
import { DataFolderError, lockDataFolder } from "./data-lock";
import { type Prisma, PrismaClient } from "./generated/prisma/client";
import { SCRATCH_PREFIX, SCRATCH_SOCKET } from "./sweep-scratch";

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

/** Longest any one statement may take. */
export const STATEMENT_MS = 15_000;
export const DEFAULT_POOL = 8;
/**
 * The embedded engine is one session behind its socket: statements that several connections prepare
 * at the same time overwrite one another when their messages arrive in pieces. One connection keeps
 * every statement whole, and the engine works on one at a time anyway.
 */
const EMBEDDED_POOL = 1;
/** Everybody takes turns on that one connection, so a turn may take a while to come. */
const EMBEDDED_WAIT_MS = 20_000;

/** Its default of 160 MB for buffers is a third of the memory this program is meant to need. */
const ENGINE = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB"];

export type OpenedDatabase = {
  db: Database;
  kind: "embedded" | "postgresql";
  /** To connect beside Prisma: migrations run as plain SQL. */
  connection: PoolConfig;
  close(): Promise<void>;
};

export type OpenOptions = {
  databaseUrl?: string | undefined;
  dataDir: string;
  pool?: number;
  /** The embedded folder no longer belongs to this process: nothing may be written any more. */
  onLost?: (sentence: string) => void;
};

/** Opens the PostgreSQL server at `databaseUrl`, else the embedded one in `dataDir`. Applies nothing. */
export async function openDatabase(options: OpenOptions): Promise<OpenedDatabase> {
  return options.databaseUrl === undefined
    ? openEmbedded(options)
    : openServer(options.databaseUrl, options.pool ?? DEFAULT_POOL);
}

async function openServer(databaseUrl: string, pool: number): Promise<OpenedDatabase> {
  const url = new URL(databaseUrl);
  // A pooler in transaction mode refuses settings at connection time; the client's own limit holds.
  const pooled = url.searchParams.get("pgbouncer") === "true";
  const schema = url.searchParams.get("schema") ?? "public";
  const connection: PoolConfig = {
    connectionString: databaseUrl,
    ...limits(pool),
    ...(!pooled && {
      statement_timeout: STATEMENT_MS,
      lock_timeout: STATEMENT_MS / 2,
      idle_in_transaction_session_timeout: STATEMENT_MS * 2,
    }),
  };
  const db = connect(connection, schema);
  try {
    await db.$queryRaw`SELECT 1`;
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
  return { db, kind: "postgresql", connection, close: () => db.$disconnect() };
}

async function openEmbedded(options: OpenOptions): Promise<OpenedDatabase> {
  const dataDir = resolve(options.dataDir);
  const scratch = mkdtempSync(join(tmpdir(), SCRATCH_PREFIX));
  chmodSync(scratch, 0o700);
  const undo: (() => void | Promise<void>)[] = [
    () => rmSync(scratch, { recursive: true, force: true }),
  ];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const lock = lockDataFolder(dataDir, randomUUID(), scratch, options.onLost ?? (() => {}));
    undo.push(() => lock.release());
    const engine = new PGlite(join(dataDir, "postgres"), { startParams: ENGINE });
    undo.push(async () => {
      if (!engine.closed) await engine.close();
    });
    await engine.waitReady;
    const pool = EMBEDDED_POOL;
    // A few more connections than the pool has, for migrations and for psql on this machine.
    const server = new PGLiteSocketServer({
      db: engine,
      maxConnections: pool + 8,
      ...(process.platform === "win32"
        ? { host: "127.0.0.1", port: 0 }
        : { path: join(scratch, SCRATCH_SOCKET) }),
    });
    await server.start();
    undo.push(() => server.stop());
    const connection: PoolConfig = {
      ...(process.platform === "win32" ? tcpAddress(server.getServerConn()) : { host: scratch }),
      database: "postgres",
      user: "postgres",
      ...limits(pool),
      connectionTimeoutMillis: EMBEDDED_WAIT_MS,
    };
    const db = connect(connection, "public");
    undo.push(() => db.$disconnect());
    await db.$queryRaw`SELECT 1`;
    return { db, kind: "embedded", connection, close };
  } catch (error) {
    await close();
    if (error instanceof DataFolderError) throw error;
    throw new DataFolderError(
      `The database in ${dataDir} can't be opened: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function tcpAddress(address: string): { host: string; port: number } {
  const [host, port] = address.split(":");
  return { host: host ?? "127.0.0.1", port: Number(port) };
}

function limits(pool: number): PoolConfig {
  return {
    max: pool,
    connectionTimeoutMillis: 5_000,
    // The embedded engine can't interrupt a statement, so the client stops waiting by itself.
    query_timeout: STATEMENT_MS,
    idleTimeoutMillis: 60_000,
  };
}

function connect(connection: PoolConfig, schema: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(connection, { schema }),
    transactionOptions: { maxWait: EMBEDDED_WAIT_MS, timeout: 10_000 },
    errorFormat: "minimal",
  });
}
