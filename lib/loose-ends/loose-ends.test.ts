import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { allowDelivery } from "@/lib/freezes/allow-delivery";
import { freeze } from "@/lib/freezes/freeze";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncident } from "@/lib/incidents/get-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { previewLever } from "@/lib/restorations/preview-lever";
import { restore } from "@/lib/restorations/restore";
import { recordMigratedDown } from "@/lib/schemas/record-migrated-down";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { arm, followUntil, learn, learnDeploys, newKey } from "@/lib/server/test-press";
import { release } from "@/lib/server/test-rollout";
import { freshPath, inputFor, NOTE, REASON, released } from "@/lib/server/test-schema";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { listLooseEnds, listOpenLooseEnds } from "./list-loose-ends";
import { waiveLooseEnd } from "./waive-loose-end";

// Each story delivers by real git and a cluster: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const numberOf = (id: string) => Number(id.slice(4));

async function openOf(ctx: Ctx, id: string): Promise<string[]> {
  const { looseEnds } = await getIncidentView(ctx, { id });
  return looseEnds.flatMap(({ key, closedAt }) => (closedAt === null ? [key] : [])).toSorted();
}

async function resolve(ctx: Ctx, id: string) {
  const { incident } = await getIncident(ctx, id);
  return correctIncident(ctx, { id, status: "resolved", version: incident.version });
}

eachDatabase("what restoring leaves open", (database) => {
  test("a rollback over a migration: the older version with the revert beside it, and the schema ahead", async () => {
    const ctx = ctxOn(world, database().db);
    const path = freshPath("note");
    const { target, number } = await released(ctx, world, { [path]: NOTE });
    await learn(ctx, world);
    const input = await inputFor(ctx, await previewLever(ctx, target));
    await restore(ctx, { ...input, key: newKey() });
    await followUntil(ctx, "R-1", ["in-effect"]);
    const id = input.incidentId;
    expect(await openOf(ctx, id)).toEqual(["older-version:R-1", "schema-ahead:R-1"]);
    const ends = await listLooseEnds(ctx, numberOf(id));
    expect(ends.find(({ kind }) => kind === "older-version")?.actions).toMatchObject([
      { kind: "revert", target: { lever: "revert", source: "code", number } },
      { kind: "put-back", restorationId: "R-1" },
    ]);
    expect((await listOpenLooseEnds(ctx)).map(({ key }) => key)).toHaveLength(2);
    await expect(resolve(ctx, id)).rejects.toMatchObject({
      code: "loose-ends",
      sentence: expect.stringMatching(
        /^2 loose ends are open: .*one migration ahead of Checkout 4/,
      ),
    });

    const note = "down with psql";
    const down = { incidentId: id, service: "checkout", paths: [path], note };
    await recordMigratedDown(ctx, down);
    expect(await openOf(ctx, id)).toEqual(["older-version:R-1"]);

    // A cluster tells by the second when something went live.
    const second = Math.floor(Date.now() / 1_000);
    await expect
      .poll(() => Math.floor(Date.now() / 1_000), { timeout: 10_000 })
      .toBeGreaterThan(second);
    await release(world, [{ name: "FIXED", value: "1" }]);
    await learnDeploys(ctx, world);
    expect(await openOf(ctx, id)).toEqual([]);
    expect((await resolve(ctx, id)).status).toBe("resolved");
    expect(await listOpenLooseEnds(ctx)).toEqual([]);
  });

  test("resolving thaws, and says what it thawed; what was let through a freeze is looked at first", async () => {
    const ctx = ctxOn(world, database().db);
    const { incidentId } = await arm(ctx, world, "retoggle");
    const reason = "Nothing else while we look";
    const wish = { services: ["checkout"], reason, minutes: 60, incidentId };
    const made = await freeze(ctx, wish, { waitMs: 0, pressKey: null });
    const frozen = made.freeze.id;
    const one = { kind: "commit" as const, value: "abc1234", reason: REASON };
    await allowDelivery(ctx, { ...one, id: frozen });
    const view = await getIncidentView(ctx, { id: incidentId });
    expect(view.freezes[0]?.cost).toEqual({
      sentence: expect.stringMatching(/^Frozen for \d+ s; nothing waits\.$/),
      suggestsRevert: false,
    });
    const key = `override-used:${frozen}:commit:abc1234`;
    expect(await openOf(ctx, incidentId)).toEqual([`freeze:${frozen}`, key]);
    const thaw = waiveLooseEnd(ctx, { id: incidentId, key: `freeze:${frozen}`, reason: REASON });
    await expect(thaw).rejects.toMatchObject({ code: "needs-no-waiver" });
    await expect(resolve(ctx, incidentId)).rejects.toMatchObject({ code: "loose-ends" });
    await waiveLooseEnd(ctx, { id: incidentId, key, reason: REASON });
    await resolve(ctx, incidentId);
    const after = await getIncidentView(ctx, { id: incidentId });
    expect(after.freezes).toMatchObject([{ id: frozen, thawedBecause: "resolved" }]);
    expect(after.entries.map(({ text }) => text).join("\n")).toMatch(
      new RegExp(`${frozen} was thawed with the incident`),
    );
    const late = waiveLooseEnd(ctx, { id: incidentId, key: `freeze:${frozen}`, reason: REASON });
    await expect(late).rejects.toMatchObject({ code: "incident-closed" });
  });

  test("two who waive at once: one reason is kept, told once", async () => {
    const ctx = ctxOn(world, database().db);
    const bob = ctxOn(world, database().db, { name: "Bob" });
    const input = await arm(ctx, world, "retoggle");
    await restore(ctx, { ...input, key: newKey() });
    const waive = { id: input.incidentId, key: "flag-left-off:R-1" };
    const both = await Promise.all([
      waiveLooseEnd(ctx, { ...waive, reason: "it stays off for good" }),
      waiveLooseEnd(bob, { ...waive, reason: "marketing knows of it" }),
    ]);
    expect(both[0].waived).toEqual(both[1].waived);
    const { entries } = await getIncidentView(ctx, { id: input.incidentId });
    expect(entries.filter(({ text }) => text.includes("waived"))).toHaveLength(1);
    expect(await ctx.db.auditEntry.count({ where: { action: "waive-loose-end" } })).toBe(1);
  });
});
