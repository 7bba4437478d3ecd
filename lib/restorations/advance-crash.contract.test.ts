import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyAudit } from "@/lib/server/audit";
import { type OpenedDatabase, openDatabase } from "@/lib/server/db";
import { migrate, readMigrations } from "@/lib/server/migrate";
import { ctxOn } from "@/lib/server/test-ctx";
import { arm, newKey } from "@/lib/server/test-press";
import { advanceUntil, CHECKS, stageOf, writesSince } from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import type { AdvanceMoment, AdvanceOrder } from "../../e2e/crash/advance-and-die.ts";
import { startRealPostgres } from "../../e2e/real-parts/start-real-postgres.ts";
import { restore } from "./restore";

const STEPS = ["label", "reviewers", "merge"] as const;
const MOMENTS: AdvanceMoment[] = [
  "before it is asked",
  "while it is asked",
  "after it was done",
  "before the outcome is committed",
  "after the outcome",
];
const real = await startRealPostgres();
const databaseUrl = real.part?.url ?? null;
const noServer = real.reason === null ? "" : ` (skipped: ${real.reason})`;
const dataDir = mkdtempSync(join(tmpdir(), "known-good-crash-"));

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
  world.github.setProtection({ checks: true, contexts: CHECKS });
  for (const url of [databaseUrl, null]) {
    const database = await open(url);
    await migrate(database.connection, readMigrations("prisma/migrations"));
    await database.close();
  }
});
beforeEach(() => world.reset());
afterAll(async () => {
  await world.stop();
  await real.part?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(url: string | null): Promise<OpenedDatabase> {
  return openDatabase({ databaseUrl: url ?? undefined, dataDir });
}

/** A process of its own that takes reverts further and is killed on the way; resolves with how it ended. */
async function advanceAndDie(order: AdvanceOrder): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--import", "./e2e/crash/resolve-product.mjs", "e2e/crash/advance-and-die.ts"],
    {
      env: { ...process.env, ADVANCE_AND_DIE: JSON.stringify(order) },
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

async function surviving(
  url: string | null,
  step: AdvanceOrder["step"],
  moment: AdvanceMoment,
): Promise<void> {
  let opened = await open(url);
  const writes = writesSince(world);
  const input = { ...(await arm(ctxOn(world, opened.db), world, "revert")), key: newKey() };
  const { restoration } = await restore(ctxOn(world, opened.db), input);
  const id = restoration?.id ?? "";
  await opened.close();

  const order = { databaseUrl: url, dataDir, addresses: world.addresses, step, moment };
  expect(await advanceAndDie(order)).toBe("SIGKILL");

  opened = await open(url);
  let aheadMs = 20_000;
  const ctx = ctxOn(world, opened.db, { now: () => new Date(Date.now() + aheadMs) });
  try {
    const done = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => {
        aheadMs += 5_000;
      },
    );
    expect(done.stages.slice(0, 2).map(({ state }) => state)).toEqual(["done", "done"]);
    const count = (what: RegExp) => writes().filter((one) => what.test(one)).length;
    expect([
      count(/revertPullRequest/),
      count(/\/labels$/),
      count(/\/requested_reviewers$/),
      count(/^(mergePullRequest|enablePullRequestAutoMerge)$/),
    ]).toEqual([1, 1, 1, 1]);
    const rows = await opened.db.auditEntry.findMany({ where: { subject: id } });
    for (const one of STEPS) {
      const ended = rows.filter(({ action }) =>
        new RegExp(`^revert-${one}-(done|unneeded)$`).test(action),
      );
      expect(ended, one).toHaveLength(1);
    }
    const restorationNumber = Number(id.slice(2));
    const over = { where: { restorationNumber, dueAt: null } };
    expect(await opened.db.revertStep.count(over)).toBe(3);
    expect(await verifyAudit(opened.db)).toMatchObject({ intact: true });
  } finally {
    await opened.close();
  }
}

describe("killed while taking a revert further", () => {
  describe.skipIf(databaseUrl === null)(`on PostgreSQL${noServer}`, () => {
    describe.each(STEPS)("%s", (step) => {
      test.each(MOMENTS)("%s", (moment) => surviving(databaseUrl, step, moment));
    });
  });

  describe("on the embedded database", () => {
    test.each(["after it was done", "before the outcome is committed"] as const)(
      "merge, %s",
      (moment) => surviving(null, "merge", moment),
    );
  });
});
