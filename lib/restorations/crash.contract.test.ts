import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LeverKind } from "@/lib/contracts/lever";
import type { RestoreInput } from "@/lib/contracts/restoration";
import { verifyAudit } from "@/lib/server/audit";
import { crashDatabases, endOf } from "@/lib/server/test-crash";
import { ctxOn } from "@/lib/server/test-ctx";
import { argoOf, disown, lookNow, ownByArgo } from "@/lib/server/test-holds";
import { arm, effectsOf, followUntil, LEVERS, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import type { Order, Step } from "../../e2e/crash/press-and-die.ts";
import { restore } from "./restore";

const STEPS: Step[] = [
  "before the intent is committed",
  "after the intent",
  "before the request",
  "while the request is under way",
  "after the request",
  "before the outcome is committed",
  "after the outcome",
];
/** Where what the world holds and what the database holds may differ. */
const TELLING: Step[] = STEPS.filter((step) =>
  /^(after the|while|before the outcome)/.test(step),
).slice(0, 4);
const { databaseUrl, noServer, dataDir, open } = await crashDatabases();

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** A process of its own that presses and is killed on the way; resolves with how it ended. */
async function pressAndDie(url: string | null, input: RestoreInput, step: Step): Promise<string> {
  const order: Order = { databaseUrl: url, dataDir, addresses: world.addresses, input, step };
  return endOf("press-and-die.ts", order);
}

async function surviving(url: string | null, lever: LeverKind, step: Step): Promise<void> {
  let opened = await open(url);
  let ctx = ctxOn(world, opened.db);
  const input = { ...(await arm(ctx, world, lever)), key: newKey() };
  const before = effectsOf(world, lever);
  await opened.close();

  const end = await pressAndDie(url, input, step);
  // The last step may find its work done before the timer strikes; then it ended by itself.
  expect(end).toMatch(step === "while the request is under way" ? /SIGKILL|with 7/ : /SIGKILL/);

  opened = await open(url);
  ctx = ctxOn(world, opened.db);
  try {
    const incidentNumber = Number(input.incidentId.slice(4));
    const claims = await opened.db.restoration.findMany({ where: { incidentNumber } });
    expect(claims.length).toBe(step === "before the intent is committed" ? 0 : 1);
    expect(effectsOf(world, lever) - before).toBeLessThanOrEqual(claims.length);
    const [claim] = claims;
    if (claim) {
      const id = `R-${claim.number}`;
      const settled = await followUntil(ctx, id, ["accepted", "in-effect", "verified", "failed"]);
      const isDone = effectsOf(world, lever) - before === 1;
      expect(settled.acceptedAt !== null).toBe(isDone);
      const rows = await opened.db.auditEntry.findMany({ where: { subject: id } });
      const actions = rows.map((row) => row.action);
      expect(actions.filter((one) => one === `${lever}-asked`)).toHaveLength(1);
      const outcome = isDone ? /-(accepted|settled-applied)$/ : /-settled-not-applied$/;
      expect(actions.filter((one) => outcome.test(one))).toHaveLength(1);
    }
    // Whoever presses again gets it done, or is told that it is.
    const again = await restore(ctx, { ...input, key: newKey() });
    expect(again.outcome).toMatch(/started|already/);
    expect(effectsOf(world, lever) - before).toBe(1);
    expect(await verifyAudit(opened.db)).toMatchObject({ intact: true });
  } finally {
    await opened.close();
  }
}

const PAUSING: Step[] = [
  "before an owner is paused",
  "after an owner was paused",
  "before the request",
  "after the request",
  "before the outcome is committed",
];

/** Whatever was done by then, the owner is paused for a rollback that was done, and for no other. */
async function survivingUnderArgo(url: string | null, step: Step): Promise<void> {
  await ownByArgo(world);
  const before = await argoOf(world);
  let opened = await open(url);
  const input = { ...(await arm(ctxOn(world, opened.db), world, "rollback")), key: newKey() };
  const patches = world.patches();
  await opened.close();

  expect(await pressAndDie(url, input, step)).toMatch(/SIGKILL/);

  opened = await open(url);
  try {
    const ctx = ctxOn(world, opened.db);
    const incidentNumber = Number(input.incidentId.slice(4));
    const [claim] = await opened.db.restoration.findMany({ where: { incidentNumber } });
    const id = `R-${claim?.number}`;
    const holds = { claims: { some: { restorationNumber: claim?.number ?? 0 } } };
    // What isn't answered yet is there to be seen.
    expect(await opened.db.hold.findMany({ where: holds })).toMatchObject([
      { layer: "argo-cd", openKey: expect.any(String) },
    ]);
    const settled = await followUntil(ctx, id, ["accepted", "in-effect", "verified", "failed"]);
    const isDone = world.patches() - patches === 1;
    expect(settled.acceptedAt !== null).toBe(isDone);
    await lookNow(ctx);
    const state = isDone ? "held" : "released";
    const [hold] = await opened.db.hold.findMany({ where: holds });
    expect(hold).toMatchObject({ state });
    // With what was said about it, which tells why it wouldn't be as before.
    const sentence = hold?.sentence;
    if (!isDone) expect({ ...(await argoOf(world)), sentence }).toEqual({ ...before, sentence });
    const again = await restore(ctx, { ...input, key: newKey() });
    expect(again.outcome).toBe(isDone ? "already" : "started");
    expect(world.patches() - patches).toBe(1);
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    expect(await verifyAudit(opened.db)).toMatchObject({ intact: true });
    // The next one begins with nothing held.
    await opened.db.hold.updateMany({ data: { openKey: null, state: "released" } });
  } finally {
    await opened.close();
    await disown(world);
  }
}

describe("killed while pulling a lever", () => {
  describe.skipIf(databaseUrl === null)(`under Argo CD, on PostgreSQL${noServer}`, () => {
    test.each(PAUSING)("%s", (step) => survivingUnderArgo(databaseUrl, step));
  });

  describe.skipIf(databaseUrl === null)(`on PostgreSQL${noServer}`, () => {
    describe.each(LEVERS)("%s", (lever) => {
      const steps = lever === "revert" ? TELLING : STEPS;
      test.each(steps)("%s", (step) => surviving(databaseUrl, lever, step));
    });
  });

  describe("on the embedded database", () => {
    test.each(TELLING)("rollback, %s", (step) => surviving(null, "rollback", step));
  });
});
