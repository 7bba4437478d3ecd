import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Once a run: one embedded database that files copy, and one real server that they share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "known-good-model-"));
  const opened = await openDatabase({ dataDir: folder });
  await migrate(opened.connection, readMigrations(join(process.cwd(), "prisma/migrations")));
  await opened.close();
  project.provide("embeddedModel", folder);
  const real = await startRealPostgres();
  project.provide(
    "realPostgres",
    real.part
      ? { url: real.part.url, reason: null }
      : { url: null, reason: real.reason ?? "absent" },
  );
  return async () => {
    await real.part?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
