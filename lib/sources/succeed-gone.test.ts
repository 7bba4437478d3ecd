import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { freeze } from "@/lib/freezes/freeze";
import { getFreeze } from "@/lib/freezes/get-freeze";
import { takeDueHolds } from "@/lib/holds/job-store";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { disown, installPolicy, ownByArgo, requireStatus } from "@/lib/server/test-holds";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { followFrozen } from "./follow-frozen";
import { leaseOfProcess, takeLease } from "./store";
import { succeedGone } from "./succeed-gone";

const HOUR_MS = 3_600_000;
const patiently = { timeout: 15_000 };

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
  await installPolicy(world);
  requireStatus(world);
});
afterAll(() => world.stop());

eachDatabase("what a process was at", (database) => {
  beforeEach(async () => {
    world.reset();
    await ownByArgo(world);
  });
  afterEach(() => disown(world));

  /** A process that has taken what a freeze holds, asks for none of it, and last said so long ago. */
  async function taker(saidMsAgo: number): Promise<{ ctx: Ctx; id: string }> {
    const ctx = ctxOn(world, database().db);
    const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
    const { id } = (await freeze(ctx, wish, { waitMs: 0 })).freeze;
    const now = ctx.now();
    const nextAt = new Date(now.getTime() + HOUR_MS);
    const until = async () => {
      const rest = { limit: 50, except: [], exceptSources: [], taker: ctx.instance };
      await takeDueHolds(ctx.db, { now: nextAt, nextAt, ...rest });
      return ctx.db.hold.count({ where: { takenBy: ctx.instance, dueAt: nextAt } });
    };
    await expect.poll(until, patiently).toBe(3);
    const isPlanned = async () => (await ctx.db.freeze.findFirstOrThrow()).planProblems !== null;
    await expect.poll(isPlanned, patiently).toBe(true);
    // What else it holds is to be worked out by nobody else either.
    await ctx.db.freeze.updateMany({ data: { planDueAt: nextAt } });
    const lease = { holder: ctx.instance, seconds: 5 - saidMsAgo / 1_000 };
    await takeLease(ctx.db, { ...lease, name: leaseOfProcess(ctx.instance) });
    await takeLease(ctx.db, { ...lease, name: "restorations", seconds: 3_600 });
    return { ctx, id };
  }
  const statesOf = async (ctx: Ctx, id: string) =>
    (await getFreeze(ctx, { id })).holds.map(({ state }) => state);
  const ALL = ["held", "held", "held", "held"];

  /** A process that lives beside it, and follows what is frozen. */
  async function besides(isAlone: boolean, work: (other: Ctx) => Promise<void>): Promise<void> {
    const other = ctxOn(world, database().db);
    const stop = new AbortController();
    const succeeding = succeedGone(other, { isAlone }, stop.signal);
    const frozen = followFrozen(other, stop.signal);
    try {
      await work(other);
    } finally {
      stop.abort();
      await Promise.all([succeeding, frozen()]);
    }
  }

  test("is gone on with once it has said nothing for some seconds", async () => {
    const { ctx, id } = await taker(6_000);
    expect(await statesOf(ctx, id)).not.toContain("released");
    await besides(false, async () => {
      await expect.poll(() => statesOf(ctx, id), patiently).toEqual(ALL);
      const mine = { where: { holder: ctx.instance, until: { gt: new Date() } } };
      await expect.poll(() => ctx.db.lease.count(mine), patiently).toBe(0);
      const { planDueAt } = await ctx.db.freeze.findFirstOrThrow();
      expect(planDueAt?.getTime()).toBeLessThan(Date.now() + HOUR_MS / 2);
    });
  });

  test("is left to it as long as it says that it lives", async () => {
    const { ctx, id } = await taker(-HOUR_MS);
    await besides(false, async (other) => {
      const lease = { name: leaseOfProcess(other.instance) };
      const saysSo = async () => (await ctx.db.lease.findUnique({ where: lease }))?.until ?? null;
      await expect.poll(saysSo, patiently).not.toBeNull();
      const first = await saysSo();
      // It has looked for others by the time it says once more that it lives.
      await expect.poll(saysSo, patiently).not.toEqual(first);
      expect(await statesOf(ctx, id)).toEqual(["held", "asked", "asked", "asked"]);
      expect(await ctx.db.hold.count({ where: { takenBy: ctx.instance } })).toBe(3);
    });
  });

  test("is gone on with at once by one that can only be alone", async () => {
    const { ctx, id } = await taker(-HOUR_MS);
    await besides(true, async () => {
      await expect.poll(() => statesOf(ctx, id), patiently).toEqual(ALL);
    });
  });
});
