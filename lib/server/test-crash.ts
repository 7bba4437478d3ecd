import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startRealPostgres } from "../../e2e/real-parts/start-real-postgres.ts";
import { type OpenedDatabase, openDatabase } from "./db";
import { migrate, readMigrations } from "./migrate";

/**
 * A PostgreSQL server and a folder for the embedded database, both migrated, which processes that are
 * killed on them share with the test. For the top of a test file: they last as long as it does.
 */
export async function crashDatabases() {
  const real = await startRealPostgres();
  const databaseUrl = real.part?.url ?? null;
  const dataDir = mkdtempSync(join(tmpdir(), "known-good-crash-"));
  /** Null opens the embedded one. */
  const open = (url: string | null): Promise<OpenedDatabase> =>
    openDatabase({ databaseUrl: url ?? undefined, dataDir });
  beforeAll(async () => {
    for (const url of [databaseUrl, null]) {
      const opened = await open(url);
      await migrate(opened.connection, readMigrations("prisma/migrations"));
      await opened.close();
    }
  });
  afterAll(async () => {
    await real.part?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    databaseUrl,
    /** Why there is no server, for the name of what is skipped. */
    noServer: real.reason === null ? "" : ` (skipped: ${real.reason})`,
    dataDir,
    open,
  };
}

/** Runs a program of e2e/crash that is killed on the way; resolves with the signal, or with how it ended. */
export async function endOf(program: string, order: unknown): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--import", "./e2e/crash/resolve-product.mjs", `e2e/crash/${program}`],
    {
      env: { ...process.env, CRASH_ORDER: JSON.stringify(order) },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `ended with ${code}: ${said}`));
  });
}
