import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { answerGate } from "@/lib/freezes/answer-gate";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { freeze } from "@/lib/freezes/freeze";
import { getFreeze } from "@/lib/freezes/get-freeze";
import { renewFreeze } from "@/lib/freezes/renew-freeze";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { SourceError } from "@/lib/integrations/source-error";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { followOnce } from "@/lib/server/test-holds";
import { arm, followUntil, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** The same product, but the rollback itself gets no further than this. */
function failing(ctx: Ctx, mayHaveActed: boolean): Ctx {
  const rollBack = async () => {
    throw new SourceError("timeout", "The cluster did not answer.", { mayHaveActed });
  };
  return { ...ctx, sources: wrapping(ctx.sources, "deploys", (one) => ({ ...one, rollBack })) };
}

eachDatabase("a freeze that came with a rollback", (database) => {
  /** What the server does at its next turn. */
  const turn = async (ctx: Ctx) => {
    const plans: RunningPlans = new Map();
    await followFreezes(ctx, plans);
    await Promise.all(plans.values());
    await followOnce(ctx);
  };
  const press = async (ctx: Ctx) => ({
    ...(await arm(ctx, world, "rollback")),
    ...{ freeze: { minutes: 60 }, key: newKey() },
  });
  const stands = async (ctx: Ctx, id = "F-1") => (await getFreeze(ctx, { id })).thawedAt === null;

  test("that was refused goes by itself, and says so once", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await press(ctx);
    await expect(restore(failing(ctx, false), input)).rejects.toMatchObject({ code: "timeout" });
    expect((await answerGate(ctx, { service: "checkout" })).open).toBe(false);
    await turn(ctx);
    await turn(ctx);
    expect(await getFreeze(ctx, { id: "F-1" })).toMatchObject({
      ...{ restorationId: "R-1", thawedBy: null, thawedBecause: "not-done" },
    });
    expect((await answerGate(ctx, { service: "checkout" })).open).toBe(true);
    expect(await ctx.db.hold.count({ where: { openKey: { not: null } } })).toBe(0);
    const { entries, looseEnds } = await getIncidentView(ctx, { id: input.incidentId });
    expect(entries.map(({ text }) => text).filter((text) => text.startsWith("F-1"))).toEqual([
      "F-1 went by itself: it was frozen with R-1, which changed nothing. Checkout may be delivered again",
    ]);
    expect(looseEnds).toMatchObject([
      { key: "freeze:F-1", closedBy: "R-1, which changed nothing", closedAt: expect.any(String) },
    ]);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    // Pressed again, it is frozen anew.
    await restore(ctx, { ...input, key: newKey() });
    await turn(ctx);
    expect(await stands(ctx, "F-2")).toBe(true);
  });

  test("whose answer was lost stays until it is settled as not done, by whoever comes after", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await press(ctx);
    const lost = await restore(failing(ctx, true), input);
    expect(lost.restoration?.state).toBe("unknown");
    await turn(ctx);
    expect(await stands(ctx)).toBe(true);
    const next = ctxOn(world, database().db, { instance: "after-the-restart" });
    await followUntil(next, "R-1", ["failed"]);
    await turn(next);
    expect(await getFreeze(ctx, { id: "F-1" })).toMatchObject({ thawedBecause: "not-done" });
  });

  test("stays when somebody renewed it, when it was made by hand, and when a rollback was done", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await press(ctx);
    const byHand = { services: [], reason: "Everything waits", minutes: 60 };
    await freeze(ctx, { ...byHand, incidentId: input.incidentId }, { waitMs: 0 });
    await expect(restore(failing(ctx, false), input)).rejects.toMatchObject({ code: "timeout" });
    // Sooner than it would end: somebody wants it all the same.
    await renewFreeze(ctx, { id: "F-2", minutes: 1 });
    await turn(ctx);
    expect([await stands(ctx, "F-1"), await stands(ctx, "F-2")]).toEqual([true, true]);
  });

  test("stays for a second press that has it last longer, and goes when that one wasn't done either", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await press(ctx);
    await expect(restore(failing(ctx, false), input)).rejects.toMatchObject({ code: "timeout" });
    const lost = await restore(failing(ctx, true), { ...input, key: newKey() });
    expect(lost.restoration?.id).toBe("R-2");
    await turn(ctx);
    expect(await stands(ctx)).toBe(true);
    await followUntil(ctx, "R-2", ["failed"]);
    await turn(ctx);
    expect(await stands(ctx)).toBe(false);
    await expect(restore(failing(ctx, false), { ...input, key: newKey() })).rejects.toMatchObject({
      code: "timeout",
    });
    await restore(ctx, { ...input, key: newKey() });
    await turn(ctx);
    expect(await ctx.db.freezePress.count({ where: { freezeNumber: 2 } })).toBe(2);
    expect(await stands(ctx, "F-2")).toBe(true);
  });
});
