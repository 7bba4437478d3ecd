import { spawn } from "node:child_process";
import { inject } from "vitest";
import { type OpenedDatabase, openDatabase } from "./db";
import { copyModel, copyOnServer } from "./test-database";

/**
 * A database on the real PostgreSQL and a folder with an embedded one, both migrated, which processes
 * that are killed on them share with the test. They go with the run.
 */
export async function crashDatabases() {
  const { url, reason } = inject("realPostgres");
  const databaseUrl = url === null ? null : await copyOnServer(url);
  const dataDir = copyModel();
  /** Null opens the embedded one. */
  const open = (url: string | null): Promise<OpenedDatabase> =>
    openDatabase({ databaseUrl: url ?? undefined, dataDir });
  return {
    databaseUrl,
    /** Why there is no server, for the name of what is skipped. */
    noServer: reason === null ? "" : ` (skipped: ${reason})`,
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
