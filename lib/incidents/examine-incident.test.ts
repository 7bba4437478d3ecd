import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDeployment } from "@/lib/changes/record-deployment";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { NAMESPACE } from "@/lib/server/test-names";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { addNote } from "./add-note";
import { correctIncident } from "./correct-incident";
import { declareIncident } from "./declare-incident";
import { evidenceOf } from "./evidence-store";
import { examineDueIncidents } from "./examine-due-incidents";
import { getIncidentView } from "./get-incident-view";

const MINUTE = 60_000;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());

/** One turn, and all that it began. */
async function turn(ctx: Ctx): Promise<number> {
  const running = new Set<Promise<void>>();
  const begun = await examineDueIncidents(ctx, running);
  await Promise.all(running);
  return begun;
}

const later = (ctx: Ctx, seconds: number): Ctx => ({
  ...ctx,
  now: () => new Date(Date.now() + seconds * 1_000),
});

eachDatabase("an examination", (database) => {
  const declare = (ctx: Ctx, isDrill = false) =>
    declareIncident(
      ctx,
      { title: "Checkout fails", severity: 2, services: ["checkout"], isDrill },
      { origin: "person" },
    );
  /** Checkout depends on stock; search has nothing to do with either; mail's source is nowhere. */
  function ctxWith(): Ctx {
    const ctx = ctxOn(world, database().db);
    const { signal } = world.service;
    const of = (name: string, more: Partial<Service> = {}): Service => ({
      ...{ ...world.service, name, title: name, deployments: [], flags: null, repository: null },
      ...more,
    });
    const lost = signal && { ...signal, source: "nowhere" };
    const drillable = { ...world.service, dependsOn: ["stock"], mayBeDrilled: true };
    return {
      ...ctx,
      fileServices: [of("search"), of("mail", { signal: lost }), of("stock"), drillable],
    };
  }

  test("reads signals once at declaration, again after twelve seconds, once more when it is over", async () => {
    const ctx = ctxWith();
    world.signal.valueAt = (tMs) => (tMs > Date.now() - 4 * MINUTE ? 0.3 : 0.004);
    expect(await turn(ctx)).toBe(0);
    const { incident } = await declare(ctx);
    expect((await getIncidentView(ctx, { id: incident.id })).examined.at).toBeNull();
    expect(await turn(ctx)).toBe(1);
    expect(await turn(later(ctx, 5))).toBe(0);
    const kept = await evidenceOf(ctx.db, 1);
    expect(kept?.traces.map(({ service, readAt }) => [service, readAt !== null])).toEqual([
      ["mail", false],
      ["checkout", true],
      ["stock", true],
      ["search", true],
    ]);
    const points = kept?.traces.find(({ service }) => service === "checkout")?.points ?? [];
    expect(points.length).toBeGreaterThan(200);
    expect(points.length).toBeLessThanOrEqual(301);
    const { examined, onset } = await getIncidentView(ctx, { id: incident.id });
    expect(examined.problems.map(({ service }) => service)).toEqual(["mail"]);
    expect(Math.abs(onset.at - (Date.now() - 4 * MINUTE))).toBeLessThan(MINUTE);
    expect(await turn(later(ctx, 13))).toBe(1);
    await correctIncident(ctx, { id: incident.id, version: 1, status: "resolved" });
    expect(await turn(ctx)).toBe(1);
    expect(await turn(later(ctx, 600))).toBe(0);
  });

  test("of two servers one looks; what was known stays while a source is silent", async () => {
    const ctx = ctxWith();
    world.signal.valueAt = () => 0.3;
    await declare(ctx);
    const [one, other] = await Promise.all([turn(ctx), turn(ctxWith())]);
    expect(one + other).toBe(1);
    const before = await evidenceOf(ctx.db, 1);
    const silent = ctxOn(
      { ...world, addresses: { ...world.addresses, prometheus: "http://127.0.0.1:9" } },
      ctx.db,
    );
    expect(await turn(later({ ...silent, fileServices: ctx.fileServices }, 60))).toBe(1);
    const after = await evidenceOf(ctx.db, 1);
    const checkoutOf = (kept: typeof after) =>
      kept?.traces.find(({ service }) => service === "checkout");
    expect(checkoutOf(after)?.points).toEqual(checkoutOf(before)?.points);
    expect(checkoutOf(after)?.problem).toContain("be reached");
    const { examined } = await getIncidentView(ctx, { id: "INC-1" });
    expect(examined.problems).toContainEqual({
      service: "checkout",
      sentence: checkoutOf(after)?.problem,
      readAt: checkoutOf(before)?.readAt,
    });
  });

  test("knows missing pods, also after they came back; a drill looks at its own service alone", async () => {
    const ctx = ctxWith();
    world.signal.valueAt = () => 0.004;
    const deployment = await ctx.sources
      .get("deploys", "cluster")
      .read({ namespace: NAMESPACE, name: "checkout" });
    const seen = (available: number, at: Date) =>
      recordDeployment(ctx, {
        ...{ source: "cluster", at, services: ctx.fileServices, url: null },
        deployment: { ...deployment, rollout: { ...deployment.rollout, available } },
      });
    const since = new Date(Date.now() - 3 * MINUTE);
    await seen(1, since);
    await seen(0, new Date(Date.now() - MINUTE));
    await declare(ctx);
    await addNote(ctx, { id: "INC-1", text: "POST /pay answers 502" });
    await turn(ctx);
    const missing = {
      ...{ source: "cluster", namespace: NAMESPACE, deployment: "checkout" },
      ...{ since: since.toISOString(), sentence: "2 of 2 pods not available" },
    };
    expect((await evidenceOf(ctx.db, 1))?.unhealthy).toEqual([missing]);
    await seen(2, new Date());
    await turn(later(ctx, 20));
    expect((await evidenceOf(ctx.db, 1))?.unhealthy).toEqual([missing]);
    const drill = await declare(ctx, true);
    await turn(ctx);
    const kept = await evidenceOf(ctx.db, Number(drill.incident.id.slice(4)));
    expect(kept?.unhealthy).toEqual([]);
    expect(kept?.traces.map(({ service }) => service)).toEqual(["checkout"]);
  });
});
