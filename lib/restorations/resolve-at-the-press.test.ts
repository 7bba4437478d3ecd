import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freeze } from "@/lib/freezes/freeze";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncident } from "@/lib/incidents/get-incident";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { Database } from "@/lib/server/db";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { arm, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** The same database, but `between` happens the first time that something is asked of it this way. */
function interleaved(
  db: Database,
  method: "$queryRaw" | "$transaction",
  when: "before" | "after",
  between: () => Promise<unknown>,
): Database {
  let isFirst = true;
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== method) return value.bind(target);
      return async (...given: unknown[]) => {
        const mine = isFirst;
        isFirst = false;
        if (mine && when === "before") await between();
        const answer = await Reflect.apply(value, target, given);
        if (mine && when === "after") await between();
        return answer;
      };
    },
  });
}

async function resolve(ctx: Ctx, id: string): Promise<void> {
  const { incident } = await getIncident(ctx, id);
  await correctIncident(ctx, { id, status: "resolved", version: incident.version });
}

/** Resolves it in a transaction that ends only a moment after somebody else may wait for it. */
async function resolveSlowly(ctx: Ctx, id: string): Promise<{ done: Promise<void> }> {
  const { number } = await getIncident(ctx, id);
  const begun = Promise.withResolvers<void>();
  const done = ctx.db.$transaction(async (tx) => {
    const data = { status: "resolved", resolvedAt: ctx.now(), restoredAt: ctx.now() };
    await tx.incident.update({ where: { number }, data });
    begun.resolve();
    await sleep(300);
  });
  await begun.promise;
  return { done };
}

eachDatabase("an incident that is resolved at the moment of a press", (database) => {
  const nothingWritten = async (ctx: Ctx) => {
    expect(await ctx.db.restoration.count()).toBe(0);
    expect(await ctx.db.freeze.count()).toBe(0);
    expect(await ctx.db.timelineEntry.count({ where: { kind: "lever" } })).toBe(0);
    expect(await ctx.db.auditEntry.count({ where: { action: "rollback-asked" } })).toBe(0);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  };

  test("after its ground was read leaves no Restoration and no freeze, and touches nothing", async () => {
    const ctx = ctxOn(world, database().db);
    const input = {
      ...(await arm(ctx, world, "rollback")),
      key: newKey(),
      freeze: { minutes: 30 },
    };
    const db = interleaved(ctx.db, "$queryRaw", "after", () => resolve(ctx, input.incidentId));
    const asked = world.kubernetes.requests.length;
    await expect(restore({ ...ctx, db }, input)).rejects.toMatchObject({
      ...{ code: "incident-closed", status: 409 },
      sentence: expect.stringMatching(/was resolved at this moment, so nothing was done/),
    });
    await nothingWritten(ctx);
    const writes = world.kubernetes.requests
      .slice(asked)
      .filter(({ method, path }) => method === "PATCH" && !path.includes("dryRun"));
    expect(writes).toEqual([]);
  });

  test("in a transaction that isn't over yet is waited for", async () => {
    const ctx = ctxOn(world, database().db);
    const input = {
      ...(await arm(ctx, world, "rollback")),
      key: newKey(),
      freeze: { minutes: 30 },
    };
    let resolving: { done: Promise<void> } | null = null;
    const db = interleaved(ctx.db, "$queryRaw", "after", async () => {
      resolving = await resolveSlowly(ctx, input.incidentId);
    });
    await expect(restore({ ...ctx, db }, input)).rejects.toMatchObject({ code: "incident-closed" });
    await (resolving as { done: Promise<void> } | null)?.done;
    await nothingWritten(ctx);
  });

  test("before its freeze is written leaves none", async () => {
    const ctx = ctxOn(world, database().db);
    const { incidentId } = await arm(ctx, world, "rollback");
    const db = interleaved(ctx.db, "$transaction", "before", () => resolve(ctx, incidentId));
    const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId };
    await expect(freeze({ ...ctx, db }, wish, { waitMs: 0 })).rejects.toMatchObject({
      ...{ code: "incident-closed", status: 409 },
    });
    expect(await ctx.db.freeze.count()).toBe(0);
  });

  test("between its list of what is open and its own writing a whole press isn't overlooked", async () => {
    const ctx = ctxOn(world, database().db);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const db = interleaved(ctx.db, "$transaction", "before", () => restore(ctx, input));
    await expect(resolve({ ...ctx, db }, input.incidentId)).rejects.toMatchObject({
      ...{ code: "loose-ends", status: 409 },
      sentence: expect.stringMatching(/^R-1 \(.*\) was answered at this moment/),
    });
    const { incident } = await getIncident(ctx, input.incidentId);
    expect(incident.status).toBe("declared");
    expect(await ctx.db.restoration.count()).toBe(1);
  });

  test("after the press was written waits for its answer", async () => {
    const ctx = ctxOn(world, database().db);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const [pressed, resolved] = await Promise.allSettled([
      restore(ctx, input),
      resolve(ctx, input.incidentId),
    ]);
    // Whoever is first, never both: a Restoration on an incident that is over.
    const both = pressed.status === "fulfilled" && resolved.status === "fulfilled";
    expect(both).toBe(false);
    const { incident } = await getIncident(ctx, input.incidentId);
    const count = await ctx.db.restoration.count();
    expect(incident.status === "resolved" ? count === 0 : count === 1).toBe(true);
  });
});
