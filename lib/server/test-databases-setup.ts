import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startRealPostgres } from "../../e2e/real-parts/start-real-postgres.ts";
import { openDatabase } from "./db";
import { migrate, readMigrations } from "./migrate";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated, empty embedded database to copy. */
    embeddedModel: string;
    realPostgres: { url: string; reason: null } | { url: null; reason: string };
  }
}

/** The database of the real server that others are copied from. */
export const MODEL = "known_good_model";

/** Once a run: one embedded database that files copy, and one real server that they share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = mkdtempSync(join(tmpdir(), "known-good-model-"));
  const folder = join(parent, "model");
  const opened = await openDatabase({ dataDir: folder });
  await migrate(opened.connection, readMigrations(join(process.cwd(), "prisma/migrations")));
  await opened.close();
  project.provide("embeddedModel", folder);
  const real = await startRealPostgres();
  if (real.part) await makeModel(real.part.url);
  project.provide(
    "realPostgres",
    real.part
      ? { url: real.part.url, reason: null }
      : { url: null, reason: real.reason ?? "absent" },
  );
  return async () => {
    await real.part?.stop();
    rmSync(parent, { recursive: true, force: true });
  };
}

async function makeModel(serverUrl: string): Promise<void> {
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${MODEL}`);
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = `/${MODEL}`;
  const migrations = readMigrations(join(process.cwd(), "prisma/migrations"));
  await migrate({ connectionString: url.href }, migrations);
}
