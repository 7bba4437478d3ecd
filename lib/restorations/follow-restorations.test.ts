import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { ask } from "@/lib/server/test-holds";
import { FLAG, NAMESPACE, TOKENS } from "@/lib/server/test-names";
import { arm, followUntil, learnFlags, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { followRestorations } from "./follow-restorations";
import { previewCard } from "./preview-card";
import { previewPutBack, putBack } from "./put-back";
import { restore } from "./restore";

const PLACE = { project: "default", flag: FLAG, environment: "production" };
const VERIFY_MS = 30_000;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.signal.valueAt = () => 0.004;
});
afterAll(() => world.stop());

/** A ctx whose clock can be set forward; the signal's query follows that clock. */
function withClock(db: Ctx["db"]) {
  let aheadMs = 0;
  const ctx = ctxOn(world, db, { now: () => new Date(Date.now() + aheadMs) });
  const pass = (ms: number) => {
    aheadMs += ms;
  };
  return { ctx, pass };
}

async function pulled(ctx: Ctx, lever: "rollback" | "retoggle"): Promise<Restoration> {
  const input = await arm(ctx, world, lever);
  const { restoration } = await restore(ctx, { ...input, key: newKey() });
  return followUntil(ctx, restoration?.id ?? "", ["in-effect"]);
}

async function seen(ctx: Ctx, id = "INC-1") {
  const view = await getIncidentView(ctx, { id });
  return {
    incident: view.incident,
    restoration: view.restorations.at(-1),
    restorations: view.restorations,
    words: view.entries.map((one) => one.text).join("\n"),
  };
}

const turn = (ctx: Ctx) => followRestorations(ctx, { isAlone: true });

eachDatabase("what becomes of a Restoration in effect", (database) => {
  test("verified once the signal has been good for the whole window, and the incident is restored", async () => {
    const { ctx, pass } = withClock(database().db);
    const { inEffectAt } = await pulled(ctx, "retoggle");
    const recoversAt = Date.parse(inEffectAt ?? "") + 10_000;
    world.signal.valueAt = (tMs) => (tMs < recoversAt ? 0.2 : 0.004);
    await turn(ctx);
    expect((await seen(ctx)).restoration).toMatchObject({
      state: "in-effect",
      goodSince: null,
      progress: "Checkout still hurt",
    });
    pass(25_000);
    await turn(ctx);
    const during = await seen(ctx);
    expect(during.restoration?.progress).toMatch(/^good for \d+ s of 30 s$/);
    expect(during.incident.status).toBe<Incident["status"]>("declared");
    pass(VERIFY_MS);
    await turn(ctx);
    const { incident, restoration, words } = await seen(ctx);
    expect(restoration).toMatchObject({ state: "verified", failure: null });
    expect(Date.parse(restoration?.goodSince ?? "")).toBeGreaterThanOrEqual(recoversAt);
    expect(incident).toMatchObject({ status: "restored", restoredAt: restoration?.goodSince });
    expect(words).toMatch(/INC-1 is restored/);
    expect(await turn(ctx)).toBe(0);
  });

  test("failed when the signal stays bad, with the next lever offered; a silent one decides nothing", async () => {
    const { ctx, pass } = withClock(database().db);
    await pulled(ctx, "retoggle");
    world.signal.valueAt = () => null;
    pass(10 * VERIFY_MS);
    await turn(ctx);
    expect((await seen(ctx)).restoration).toMatchObject({ state: "in-effect", endedAt: null });
    expect((await seen(ctx)).restoration?.progress).toMatch(/no series|gives no data/);
    world.prometheus.faults.set({ mode: "refuse" });
    await turn(ctx);
    expect((await seen(ctx)).restoration?.progress).toMatch(/Prometheus/);
    world.prometheus.faults.set({ mode: "none" });
    world.signal.valueAt = () => 0.3;
    await turn(ctx);
    const { incident, restoration, words } = await seen(ctx);
    expect(restoration).toMatchObject({ state: "failed", failure: { code: "signal-stayed-bad" } });
    expect(restoration?.failure?.sentence).toMatch(/next lever/);
    expect(incident.status).toBe<Incident["status"]>("declared");
    expect(words).toMatch(/R-1 did not help/);
  });

  test("put back: the harm returns and the incident is open again", async () => {
    const { ctx, pass } = withClock(database().db);
    const first = await pulled(ctx, "retoggle");
    pass(2 * VERIFY_MS);
    await turn(ctx);
    expect((await seen(ctx)).incident.status).toBe<Incident["status"]>("restored");
    const look = await previewPutBack(ctx, first.id);
    expect(look.blockers).toEqual([]);
    const back = await putBack(ctx, { restorationId: first.id, seen: look.seen, key: newKey() });
    expect(back).toMatchObject({ outcome: "started", restoration: { putBackOf: "R-1" } });
    expect(world.unleash.state("default", FLAG, "production")).toMatchObject({
      enabled: true,
      rolloutPercent: 100,
    });
    const again = await putBack(ctx, { restorationId: first.id, seen: look.seen, key: newKey() });
    expect(again.outcome).toBe("already");
    await followUntil(ctx, "R-2", ["in-effect"]);
    expect((await previewCard(ctx, { incidentId: "INC-1" })).recommendation).toMatchObject({
      lever: "none",
      because: expect.stringContaining("INC-1 is restored"),
    });
    world.signal.valueAt = () => 0.3;
    pass(15_000);
    await turn(ctx);
    const during = await seen(ctx);
    expect(during.incident).toMatchObject({ status: "declared", restoredAt: null });
    expect(during.words).toMatch(/INC-1 is open again/);
    const { recommendation } = await previewCard(ctx, { incidentId: "INC-1" });
    expect(recommendation).toMatchObject({
      lever: "none",
      because: expect.stringContaining("R-2"),
    });
    pass(4 * VERIFY_MS);
    await turn(ctx);
    const { restorations, words } = await seen(ctx);
    expect(restorations[0]?.failure?.sentence).toMatch(/harm is back on Checkout/);
    expect(words.match(/is open again/g)).toHaveLength(1);
    const after = await previewCard(ctx, { incidentId: "INC-1" });
    expect(after.recommendation.because).not.toMatch(/is under way|is restored/);
  });

  test("put back while it is being verified: the first has ended, by whom is told", async () => {
    const { ctx } = withClock(database().db);
    const first = await pulled(ctx, "rollback");
    const look = await previewPutBack(ctx, first.id);
    await putBack(ctx, { restorationId: first.id, seen: look.seen, key: newKey() });
    await turn(ctx);
    const job = await ctx.db.restoration.findUniqueOrThrow({ where: { number: 1 } });
    expect(job).toMatchObject({
      state: "in-effect",
      progress: "Put back by R-2",
      failureCode: null,
    });
    expect(job.endedAt).not.toBeNull();
  });

  test("no signal to verify by: it ends in effect, and a person is asked to look", async () => {
    const { ctx } = withClock(database().db);
    const blind = { ...ctx, fileServices: [{ ...world.service, signal: null }] };
    await pulled(blind, "retoggle");
    await turn(blind);
    const { incident, restoration } = await seen(blind);
    expect(restoration).toMatchObject({ state: "in-effect" });
    expect(restoration?.endedAt).not.toBeNull();
    expect(restoration?.progress).toMatch(/a person must look/);
    expect(incident.status).toBe<Incident["status"]>("declared");
  });

  test("a controller undoes a rollback: told as undone, not as done, and what is live now", async () => {
    const { ctx, pass } = withClock(database().db);
    const { template } = await ctx.sources
      .get("deploys", "cluster")
      .read({ namespace: NAMESPACE, name: "checkout" });
    await pulled(ctx, "rollback");
    const healed = await fetch(
      `${world.addresses.kubernetes}/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`,
      {
        method: "PATCH",
        headers: {
          authorization: `Bearer ${TOKENS.clusterAdmin}`,
          "content-type": "application/json-patch+json",
        },
        body: JSON.stringify([{ op: "replace", path: "/spec/template", value: template }]),
      },
    );
    expect(healed.status).toBe(200);
    pass(2 * VERIFY_MS);
    await expect
      .poll(async () => {
        await turn(ctx);
        return (await seen(ctx)).restoration?.state;
      })
      .toBe("failed");
    const { incident, restoration, words } = await seen(ctx);
    expect(restoration?.failure).toMatchObject({
      code: "superseded",
      sentence: expect.stringMatching(/Undone.*Somebody changed checkout/),
    });
    expect(restoration?.undone).toMatchObject({
      sentence: expect.stringMatching(
        /^Undone 1 min( \d+ s)? after it took effect: node put revision 3’s template back\.$/,
      ),
    });
    expect(words).toMatch(/R-1 was undone/);
    expect(incident.status).toBe<Incident["status"]>("declared");
  });

  test("somebody turns the flag on again: told as undone", async () => {
    const { ctx, pass } = withClock(database().db);
    await pulled(ctx, "retoggle");
    world.unleash.setFlag({ ...PLACE, enabled: true, by: "bob" });
    pass(2 * VERIFY_MS);
    await turn(ctx);
    await learnFlags(ctx);
    await turn(ctx);
    expect((await seen(ctx)).restoration).toMatchObject({
      state: "failed",
      failure: { code: "superseded" },
      undone: {
        by: "bob",
        sentence: expect.stringMatching(/bob turned new-basket back on for all/),
      },
    });
  });

  test("verified, and somebody turns the flag on again: told with who, and the incident is open again", async () => {
    const { ctx, pass } = withClock(database().db);
    await pulled(ctx, "retoggle");
    await learnFlags(ctx);
    pass(2 * VERIFY_MS);
    await turn(ctx);
    expect((await seen(ctx)).incident.status).toBe<Incident["status"]>("restored");
    world.unleash.setFlag({ ...PLACE, enabled: true, by: "bob" });
    await turn(ctx);
    expect((await seen(ctx)).restoration?.undone).toBeNull();
    await learnFlags(ctx);
    await turn(ctx);
    await turn(ctx);
    const { incident, restoration, words } = await seen(ctx);
    expect(restoration).toMatchObject({ state: "verified", undone: { by: "bob" } });
    expect(incident).toMatchObject({ status: "declared", restoredAt: null });
    expect(words.match(/R-1 was undone/g)).toHaveLength(1);
    expect(words).toMatch(/INC-1 is open again: what R-1 took away is back/);
  });

  test("undone before it took effect: that is told, and nothing is verified", async () => {
    const { ctx } = withClock(database().db);
    const place = { namespace: NAMESPACE, name: "checkout" };
    const { template } = await ctx.sources.get("deploys", "cluster").read(place);
    const input = await arm(ctx, world, "rollback");
    await restore(ctx, { ...input, key: newKey() });
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
    const body = { spec: { template } };
    await ask(world, "PATCH", `${path}?fieldManager=argocd-controller`, body);
    await followUntil(ctx, "R-1", ["failed"]);
    expect((await seen(ctx)).restoration).toMatchObject({
      inEffectAt: null,
      undone: {
        by: "argocd-controller",
        sentence: expect.stringMatching(/after it was accepted, before it took effect: argocd/),
      },
    });
  });

  test("one that can't be followed doesn't keep the others waiting", async () => {
    const { ctx, pass } = withClock(database().db);
    await pulled(ctx, "rollback");
    await pulled(ctx, "retoggle");
    world.kubernetes.faults.set({ mode: "refuse" });
    pass(2 * VERIFY_MS);
    expect(await turn(ctx)).toBe(1);
    world.kubernetes.faults.set({ mode: "none" });
    const rows = await ctx.db.restoration.findMany({ orderBy: { number: "asc" } });
    expect(rows.map((row) => row.state)).toEqual(["in-effect", "verified"]);
    expect(rows[0]?.progress).toMatch(/Kubernetes can't be reached/);
  });
});
