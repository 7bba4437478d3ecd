import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { declareIncident } from "@/lib/incidents/declare-incident";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { deployOf, learn, learnCode } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewCard } from "./preview-card";

// Slowness is what is tested.
vi.setConfig({ testTimeout: 60_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterEach(() => world.github.faults.set({ mode: "none" }));
afterAll(() => world.stop());

// What is late waits in this process, whatever the database is.
describe("a card while GitHub is slow", () => {
  const database = embeddedDatabase();

  async function cardOf(ctx: Ctx, incidentId: string, revision: number) {
    const since = performance.now();
    const { levers } = await previewCard(ctx, {
      incidentId,
      suspectId: await deployOf(ctx, revision),
    });
    const of = (lever: string) => levers.find((one) => one.lever === lever);
    return { ms: performance.now() - since, revert: of("revert"), rollback: of("rollback") };
  }

  async function declared(ctx: Ctx): Promise<string> {
    await learn(ctx, world);
    // What a deploy carries is told once the repository was read after it.
    await learnCode(ctx);
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"] },
        harmBeganAt: new Date(Date.now() - 5 * 60_000).toISOString(),
      },
      { origin: "api" },
    );
    return incident.id;
  }

  test("shows the other levers in time, and says that it still asks", async () => {
    const ctx = ctxOn(world, database().db);
    const id = await declared(ctx);
    await world.github.faults.set({ mode: "hang" });
    const { ms, revert, rollback } = await cardOf(ctx, id, 2);
    expect(ms).toBeLessThan(3_500);
    expect(rollback?.blockers).toEqual([]);
    expect(revert?.blockers).toMatchObject([{ code: "no-answer-yet" }]);
  });

  test("shows what it said late on the next card, and tells open pages once", async () => {
    const told: string[] = [];
    const base = ctxOn(world, database().db);
    const ctx = { ...base, publish: (topic: string) => void told.push(topic) };
    const id = await declared(ctx);
    told.length = 0;
    // It is asked several times, one after another: that is beyond the card's patience.
    await world.github.faults.set({ mode: "slow", delayMs: 600 });
    const [first] = await Promise.all([cardOf(ctx, id, 3), cardOf(ctx, id, 3)]);
    expect(first.revert?.blockers).toMatchObject([{ code: "no-answer-yet" }]);
    await expect.poll(() => told, { timeout: 30_000 }).toEqual(["changes"]);
    const second = await cardOf(ctx, id, 3);
    expect(second.revert?.blockers).toEqual([]);
    expect(second.revert?.seen).not.toBe("");
  });
});
