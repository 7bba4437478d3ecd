import { afterAll, beforeAll, expect, test } from "vitest";
import { freeze } from "@/lib/freezes/freeze";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import {
  argoOf,
  deliver,
  installPolicy,
  ownByArgo,
  requireStatus,
  statusOf,
} from "@/lib/server/test-holds";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { startCollectors } from "./collect";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
  await installPolicy(world);
  requireStatus(world);
  await ownByArgo(world);
});
afterAll(() => world.stop());
const database = embeddedDatabase();

test("a running server holds what is frozen, keeps the rest open, and puts everything back", async () => {
  const ctx = ctxOn(world, database().db);
  const { actor: _, ...base } = ctx;
  const before = await argoOf(world);
  const { headSha: head } = await world.github.openPullRequest({
    ...{ title: "Try prices", author: { login: "ann" }, branch: "try/prices" },
    files: { "tries/prices.txt": "x\n" },
  });
  const options = { isAlone: true, evidenceDays: 30 };
  const stop = startCollectors(base, options);
  try {
    const patiently = { timeout: 15_000 };
    // Nobody has frozen anything: what is required is green.
    await expect.poll(() => statusOf(world, head), patiently).toBe("success");
    const wish = { services: [], reason: "Everything waits", minutes: 60, incidentId: null };
    const { freeze: made } = await freeze(ctx, wish, { waitMs: 15_000 });
    expect(made.holds.map(({ layer, state }) => [layer, state])).toEqual([
      ["gate", "held"],
      ["kubernetes", "held"],
      ["github", "held"],
      ["argo-cd", "held"],
    ]);
    expect(statusOf(world, head)).toBe("failure");
    expect(await deliver(world, "registry.example/checkout:v9")).toContain("by F-1");
    await thawFreeze(ctx, { id: made.id });
    const states = async () =>
      (await listFreezes(ctx, { state: "all" }))[0]?.holds.map(({ state }) => state);
    await expect.poll(states, patiently).toEqual(Array(4).fill("released"));
    expect(await argoOf(world)).toEqual(before);
    expect(statusOf(world, head)).toBe("success");
    expect(await deliver(world, "registry.example/checkout:v10")).toBeNull();
    // What is over is ended by nobody's hand.
    await freeze(ctx, wish, { waitMs: 15_000 });
    await ctx.db.freeze.update({ where: { number: 2 }, data: { until: new Date() } });
    await expect.poll(states, patiently).toEqual(Array(4).fill("released"));
    expect((await listFreezes(ctx, { state: "all" }))[0]?.thawedBecause).toBe("expiry");
  } finally {
    await stop();
  }
});
