import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { LeverKind } from "@/lib/contracts/lever";
import { crashDatabases, endOf } from "@/lib/server/test-crash";
import { ctxOn } from "@/lib/server/test-ctx";
import { arm, followUntil, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import type { Order, Step } from "../../e2e/crash/press-and-die.ts";
import { followEvidence, type RunningKeeps } from "./follow-evidence";
import { listEvidence } from "./list-evidence";

const { databaseUrl, noServer, dataDir, open } = await crashDatabases();

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** What the next server keeps of a lever whose server was killed. */
async function keptAfter(url: string | null, lever: LeverKind, step: Step) {
  let opened = await open(url);
  const input = { ...(await arm(ctxOn(world, opened.db), world, lever)), key: newKey() };
  await opened.close();
  const { addresses } = world;
  const order: Order = { databaseUrl: url, dataDir, addresses, input, step };
  expect(await endOf("press-and-die.ts", order)).toBe("SIGKILL");

  opened = await open(url);
  onTestFinished(() => opened.close());
  const ctx = ctxOn(world, opened.db);
  const running: RunningKeeps = new Map();
  await followEvidence(ctx, running, { days: 30, stop: new AbortController().signal });
  await Promise.all(running.values());
  const incidentNumber = Number(input.incidentId.slice(4));
  const [claim] = await ctx.db.restoration.findMany({ where: { incidentNumber } });
  // So that the next test finds nothing under way.
  if (claim) await followUntil(ctx, `R-${claim.number}`, ["in-effect", "verified", "failed"]);
  return listEvidence(ctx, { incidentId: input.incidentId });
}

function surviving(url: string | null): void {
  test("before the intent: nothing is to be kept", async () => {
    const view = await keptAfter(url, "retoggle", "before the intent is committed");
    expect(view).toEqual({ kept: [], underWay: [] });
  });

  test("after the intent: all that is still there is kept by the next one", async () => {
    const { kept, underWay } = await keptAfter(url, "rollback", "after the intent");
    expect(underWay).toEqual([]);
    const kinds = new Set(kept.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(["logs", "pods", "template", "signal"]));
    expect(kept.filter(({ problem }) => problem !== null)).toEqual([]);
  });

  test("after the act: what is gone by then says so, the rest is kept", async () => {
    const { kept, underWay } = await keptAfter(url, "rollback", "after the request");
    expect(underWay).toEqual([]);
    expect(kept.find(({ kind }) => kind === "template")).toMatchObject({ problem: null });
    const told = kept.filter(({ kind }) => kind === "pods" || kind === "logs");
    expect(told.length).toBeGreaterThan(0);
    for (const { bytes, problem } of told) expect(bytes > 0 || problem !== null).toBe(true);
  });
}

describe("killed while a lever is pulled, evidence", () => {
  describe.skipIf(databaseUrl === null)(`on PostgreSQL${noServer}`, () => surviving(databaseUrl));
  describe("on the embedded database", () => surviving(null));
});
