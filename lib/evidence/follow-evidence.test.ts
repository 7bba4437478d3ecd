import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { LeverKind } from "@/lib/contracts/lever";
import { restore } from "@/lib/restorations/restore";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { keepAsServer, keptOf, ofKind } from "@/lib/server/test-evidence";
import { arm, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { followEvidence, type RunningKeeps } from "./follow-evidence";
import { listEvidence } from "./list-evidence";
import { readEvidence } from "./read-evidence";
import { deleteExpired, takeDueEvidence } from "./store";

const DAY_MS = 86_400_000;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld({ podReadyMs: 1_000 });
});
beforeEach(() => world.reset());
afterEach(() => world.kubernetes.faults.set({ mode: "none" }));
afterAll(() => world.stop());

async function press(ctx: Ctx, lever: LeverKind) {
  const input = { ...(await arm(ctx, world, lever)), key: newKey() };
  const { restoration } = await restore(ctx, input);
  return { incidentId: input.incidentId, id: restoration?.id ?? "" };
}

eachDatabase("following what is to be kept", (database) => {
  test("taken over from a process that died; what was kept before stays as it was", async () => {
    const ctx = ctxOn(world, database().db);
    const { id } = await press(ctx, "rollback");
    const options = { days: 30, stop: new AbortController().signal };
    const turn = async (at: Ctx) => {
      const running: RunningKeeps = new Map();
      await followEvidence(at, running, options);
      const begun = running.size;
      await Promise.all(running.values());
      return begun;
    };
    const later = { ...ctx, now: () => new Date(Date.now() + 60_000) };
    const other = ctxOn(world, database().db);
    // One that is killed over it: taken, and never heard of again.
    const until = new Date(Date.now() + 25_000);
    expect(await takeDueEvidence(ctx.db, { now: ctx.now(), nextAt: until })).toHaveLength(1);
    expect(await turn(other)).toBe(0);
    expect((await listEvidence(ctx, { restorationId: id })).underWay).toEqual([id]);
    const [first, second] = await Promise.all([turn(later), turn(later)]);
    expect(first + second).toBe(1);
    const view = await keptOf(ctx, id);
    expect(ofKind(view, "logs")).toHaveLength(2);
    const before = await ctx.db.keptEvidence.findMany({ orderBy: { id: "asc" } });
    await ctx.db.restoration.updateMany({ data: { evidenceDueAt: ctx.now() } });
    expect(await turn(other)).toBe(1);
    const ids = before.map((one) => one.id);
    const where = { id: { in: ids } };
    expect(await ctx.db.keptEvidence.findMany({ where, orderBy: { id: "asc" } })).toEqual(before);
  });

  test("a server that stops leaves the rest to the next one at once", async () => {
    const ctx = ctxOn(world, database().db, { timeoutSeconds: 30 });
    const { id } = await press(ctx, "retoggle");
    world.kubernetes.faults.set({ mode: "hang" });
    const stop = new AbortController();
    const running: RunningKeeps = new Map();
    await followEvidence(ctx, running, { days: 30, stop: stop.signal });
    stop.abort();
    await Promise.all(running.values());
    expect((await listEvidence(ctx, { restorationId: id })).underWay).toEqual([id]);
    expect(ofKind(await listEvidence(ctx, { restorationId: id }), "pods")).toEqual([]);
    world.kubernetes.faults.set({ mode: "none" });
    keepAsServer(ctx);
    expect(ofKind(await keptOf(ctx, id), "pods")).toMatchObject([{ problem: null }]);
  });

  test("after its time it is neither listed nor read, and is deleted", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx, 2);
    const { id } = await press(ctx, "rollback");
    const { kept: all } = await keptOf(ctx, id);
    const later = { ...ctx, now: () => new Date(Date.now() + 2 * DAY_MS + 60_000) };
    expect(await listEvidence(later, { restorationId: id })).toEqual({ kept: [], underWay: [] });
    await expect(readEvidence(later, { id: all[0]?.id ?? "" })).rejects.toMatchObject({
      code: "unknown-evidence",
    });
    expect(await deleteExpired(ctx.db, ctx.now())).toBe(0);
    expect(await deleteExpired(ctx.db, later.now())).toBe(all.length);
    expect(await ctx.db.keptEvidence.count()).toBe(0);
  });

  test("for no days nothing is kept", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx, 0);
    const { id } = await press(ctx, "retoggle");
    expect(await keptOf(ctx, id)).toEqual({ kept: [], underWay: [] });
    expect(await ctx.db.keptEvidence.count()).toBe(0);
  });
});
