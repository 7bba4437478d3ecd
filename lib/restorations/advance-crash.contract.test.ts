import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyAudit } from "@/lib/server/audit";
import { crashDatabases, endOf } from "@/lib/server/test-crash";
import { ctxOn } from "@/lib/server/test-ctx";
import { arm, newKey } from "@/lib/server/test-press";
import { advanceUntil, CHECKS, moveBaseOn, stageOf, writesSince } from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import type { AdvanceMoment, AdvanceOrder } from "../../e2e/crash/advance-and-die.ts";
import { restore } from "./restore";

const STEPS = ["label", "reviewers", "update", "merge"] as const;
const MOMENTS: AdvanceMoment[] = [
  "before it is asked",
  "while it is asked",
  "after it was done",
  "before the outcome is committed",
  "after the outcome",
];
const { databaseUrl, noServer, dataDir, open } = await crashDatabases();

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.github.setProtection({ checks: true, contexts: CHECKS, strict: false });
});
afterAll(() => world.stop());

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
  if (step === "update") await moveBaseOn(world);
  await opened.close();

  const order: AdvanceOrder = {
    databaseUrl: url,
    dataDir,
    addresses: world.addresses,
    step,
    moment,
  };
  expect(await endOf("advance-and-die.ts", order)).toBe("SIGKILL");

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
      count(/^updatePullRequestBranch$/),
    ]).toEqual([1, 1, 1, step === "update" ? 1 : 0]);
    // GitHub refuses auto-merge for what has turned green a moment before; it is merged instead, then.
    const merging = writes().filter((one) =>
      /^(mergePullRequest|enablePullRequestAutoMerge)$/.test(one),
    );
    expect(merging.length).toBeGreaterThan(0);
    expect(new Set(merging).size, "each asked once").toBe(merging.length);
    const rows = await opened.db.auditEntry.findMany({ where: { subject: id } });
    for (const one of STEPS) {
      const ended = rows.filter(({ action }) =>
        new RegExp(`^revert-${one}-(done|unneeded)$`).test(action),
      );
      expect(ended, one).toHaveLength(1);
    }
    const restorationNumber = Number(id.slice(2));
    const over = { where: { restorationNumber, dueAt: null } };
    expect(await opened.db.revertStep.count(over)).toBe(STEPS.length);
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
    test.each([
      ["merge", "after it was done"],
      ["merge", "before the outcome is committed"],
      ["update", "after it was done"],
    ] as const)("%s, %s", (step, moment) => surviving(null, step, moment));
  });
});
