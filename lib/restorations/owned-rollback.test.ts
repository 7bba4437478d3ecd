import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { RestoreInput } from "@/lib/contracts/restoration";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncident } from "@/lib/incidents/get-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { waiveLooseEnd } from "@/lib/loose-ends/waive-loose-end";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { argoOf, ask, disown, followOnce, lookNow, ownByArgo } from "@/lib/server/test-holds";
import { NAMESPACE, TOKENS } from "@/lib/server/test-names";
import { arm, followUntil, learnDeploys, newKey, targetOf } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { followRestorations } from "./follow-restorations";
import { readSeen, writeSeen } from "./plan";
import { previewLever } from "./preview-lever";
import { previewPutBack, putBack } from "./put-back";
import { restore } from "./restore";

const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
const WHY = "Argo CD was stopped by hand meanwhile";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(async () => {
  world.reset();
  world.signal.valueAt = () => 0.004;
  await ownByArgo(world);
});
afterEach(() => disown(world));
afterAll(() => world.stop());

const pausedTimes = (since: number) =>
  world.kubernetes.requests
    .slice(since)
    .filter(
      ({ method, path, user }) =>
        method === "PATCH" && user === "known-good" && path.includes("/applications/checkout"),
    ).length;

/** An incident in which the rollback of checkout can be pulled; `seen` says what the page showed. */
async function armed(ctx: Ctx): Promise<RestoreInput> {
  return { ...(await arm(ctx, world, "rollback")), key: newKey() };
}

async function looked(ctx: Ctx, input: RestoreInput) {
  return previewLever(ctx, input.target);
}

async function endsOf(ctx: Ctx, id: string) {
  const { looseEnds } = await getIncidentView(ctx, { id });
  return looseEnds.map(({ kind, closedAt, waived }) => [
    kind,
    closedAt ? "closed" : waived ? "waived" : "open",
  ]);
}

/** A controller puts a template back, under its own name. */
async function putTemplate(template: object, manager: string): Promise<void> {
  const path = `${DEPLOYMENT}?fieldManager=${manager}`;
  expect((await ask(world, "PATCH", path, { spec: { template } })).status).toBe(200);
}

const liveTemplate = async (ctx: Ctx) =>
  (await ctx.sources.get("deploys", "cluster").read({ namespace: NAMESPACE, name: "checkout" }))
    .template;

eachDatabase("a rollback whose Deployment Argo CD keeps", (database) => {
  test("says so, pauses it before the patch, and resumes it once it is put back", async () => {
    const ctx = ctxOn(world, database().db);
    const before = await argoOf(world);
    const input = await armed(ctx);
    const look = await looked(ctx, input);
    expect(look.owners).toMatchObject([
      { kind: "argo-cd", handling: "pause", undoesWithinSeconds: 5, because: null },
    ]);
    expect(look.sentence).toMatch(/Pauses Argo CD application checkout first\.$/);
    expect(look.checks.join("\n")).toMatch(/undoes it within 5 s: pulling pauses it first/);
    const since = world.kubernetes.requests.length;
    const { restoration } = await restore(ctx, input);
    expect(restoration?.state).toBe("accepted");
    const writes = world.kubernetes.requests
      .slice(since)
      .filter(({ method, user }) => method === "PATCH" && user === "known-good")
      .map(({ path }) => (path.includes("/applications/") ? "owner" : "deployment"));
    expect(writes).toEqual(["owner", "deployment"]);
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false, selfHeal: true });
    const rolled = await followUntil(ctx, "R-1", ["in-effect"]);
    expect(rolled.receipts.map(({ sentence }) => sentence).join("\n")).toMatch(
      /Paused first: Argo CD application checkout doesn’t sync by itself/,
    );
    await lookNow(ctx);
    expect(await ctx.db.hold.findMany()).toMatchObject([{ layer: "argo-cd", state: "held" }]);
    expect(await endsOf(ctx, input.incidentId)).toEqual(
      expect.arrayContaining([
        ["paused-owner", "open"],
        ["older-version", "open"],
      ]),
    );

    const back = await previewPutBack(ctx, "R-1");
    expect(back.blockers).toEqual([]);
    expect(back.owners).toMatchObject([
      { handling: "paused-already", sentence: expect.stringMatching(/It goes on once/) },
    ]);
    await putBack(ctx, { restorationId: "R-1", seen: back.seen, key: newKey() });
    await followUntil(ctx, "R-2", ["in-effect"]);
    await followOnce(ctx);
    expect(await argoOf(world)).toEqual(before);
    expect(await ctx.db.hold.findMany()).toMatchObject([{ state: "released", openKey: null }]);
    expect(await endsOf(ctx, input.incidentId)).toEqual(
      expect.arrayContaining([
        ["paused-owner", "closed"],
        ["older-version", "closed"],
      ]),
    );
  });

  test("one that can't be paused needs a reason, which is left to be looked at", async () => {
    const ctx = ctxOn(world, database().db, { clusterToken: TOKENS.rollouts });
    await learnDeploys(ctx, world);
    const target = await targetOf(ctx, world, "rollback");
    const { incidentId } = await arm(ctxOn(world, database().db), world, "rollback");
    const look = await previewLever(ctx, target);
    const [blocker] = look.blockers;
    expect(blocker).toMatchObject({ code: "owner-undoes", mayOverride: true });
    expect(blocker?.sentence).toMatch(/would last about 5 s/);
    expect(blocker?.who).toMatch(/cluster admin/);
    const { seen } = look;
    const input = { incidentId, target, seen, suspectId: null, wasRecommended: null };
    const patches = world.patches();
    await expect(restore(ctx, { ...input, key: newKey() })).rejects.toMatchObject({
      code: "owner-undoes",
    });
    expect(world.patches()).toBe(patches);
    const press = { ...input, key: newKey(), overrideReason: WHY };
    const { restoration } = await restore(ctx, press);
    expect(world.patches()).toBe(patches + 1);
    expect((await argoOf(world)).automated).not.toHaveProperty("enabled");
    const { restorations } = await getIncidentView(ctx, { id: incidentId });
    expect(restorations[0]?.receipts.map(({ sentence }) => sentence).join("\n")).toMatch(
      /was not paused, so this would last about 5 s/,
    );
    await followUntil(ctx, restoration?.id ?? "", ["in-effect"]);

    const { incident } = await getIncident(ctx, incidentId);
    const resolve = { id: incidentId, status: "resolved" as const, version: incident.version };
    await expect(correctIncident(ctx, resolve)).rejects.toMatchObject({
      code: "loose-ends",
      status: 409,
      sentence: expect.stringMatching(/^2 loose ends are open: .*Argo CD was stopped by hand/),
    });
    for (const key of ["override-used:R-1", "older-version:R-1"]) {
      const reason = "Looked at together, it stays so";
      const waived = await waiveLooseEnd(ctx, { id: incidentId, key, reason });
      expect(waived.waived).toMatchObject({ by: "Ada", reason });
      await waiveLooseEnd(ctx, { id: incidentId, key, reason: "said once more, later" });
    }
    expect(await ctx.db.looseEndWaiver.count()).toBe(2);
    const unknown = waiveLooseEnd(ctx, { id: incidentId, key: "freeze:F-9", reason: WHY });
    await expect(unknown).rejects.toMatchObject({ code: "unknown-loose-end", status: 404 });
    expect((await correctIncident(ctx, resolve)).status).toBe("resolved");
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });

  test("one that is gone at the press: nothing is rolled back, and nothing stays held", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await armed(ctx);
    await disown(world);
    const patches = world.patches();
    await expect(restore(ctx, input)).rejects.toMatchObject({
      code: "owner-not-paused",
      sentence: expect.stringMatching(/nothing was rolled back: it would have lasted about 5 s/),
    });
    expect(world.patches()).toBe(patches);
    await followOnce(ctx);
    expect(await ctx.db.hold.count({ where: { openKey: { not: null } } })).toBe(0);
    expect(await endsOf(ctx, input.incidentId)).toEqual([]);
  });

  test("a patch that is refused after the pause lets its owner go on", async () => {
    const ctx = ctxOn(world, database().db);
    const before = await argoOf(world);
    const input = await armed(ctx);
    const image = "registry.example/checkout:else";
    await putTemplate({ spec: { containers: [{ name: "app", image }] } }, "deliveries");
    await expect(restore(ctx, input)).rejects.toMatchObject({ code: "changed" });
    await followOnce(ctx);
    expect(await argoOf(world)).toEqual(before);
    expect(await ctx.db.hold.findMany()).toMatchObject([{ state: "released" }]);
  });

  test("twenty presses pause once and patch once", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await armed(ctx);
    const since = world.kubernetes.requests.length;
    const patches = world.patches();
    const presses = Array.from({ length: 20 }, () => restore(ctx, { ...input, key: newKey() }));
    const outcomes = (await Promise.all(presses)).map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === "started")).toHaveLength(1);
    expect(pausedTimes(since)).toBe(1);
    expect(world.patches() - patches).toBe(1);
    expect(await ctx.db.holdClaim.count()).toBe(1);
  });

  test("owners that we didn't name are not paused, and none is left out of those we did", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await armed(ctx);
    const seen = readSeen(input.seen);
    if (seen?.lever !== "rollback") throw new Error("no rollback was seen");
    const [owner] = seen.owners ?? [];
    if (!owner) throw new Error("no owner was seen");
    const forged = [
      { ...seen, owners: [{ ...owner, name: "payments" }] },
      { ...seen, owners: [] },
      { ...seen, owners: undefined, proof: undefined },
      { ...seen, owners: [{ ...owner, handling: "unneeded" as const }] },
    ];
    const since = world.kubernetes.requests.length;
    for (const one of forged) {
      const press = restore(ctx, { ...input, seen: writeSeen(one), key: newKey() });
      await expect(press).rejects.toMatchObject({ code: "bad-seen" });
    }
    expect(pausedTimes(since)).toBe(0);
  });

  test("owners that can't be read in time hold up no card; the press asks again", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await armed(ctx);
    const silent = wrapping(ctx.sources, "deploys", (source) => ({
      ...source,
      guard: source.guard && { ...source.guard, owners: () => new Promise<never>(() => undefined) },
    }));
    const look = await looked({ ...ctx, sources: silent }, input);
    expect(look.blockers).toEqual([]);
    expect(look.warnings.map(({ code }) => code)).toContain("owners-unread");
    await restore(ctx, { ...input, seen: look.seen });
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
  });

  test("undone although it was verified: who did it is told, the incident is open again, and it is pulled again", async () => {
    let aheadMs = 0;
    const now = () => new Date(Date.now() + aheadMs);
    const ctx = ctxOn(world, database().db, { now });
    await disown(world);
    world.reset();
    const bad = await liveTemplate(ctx);
    const input = await armed(ctx);
    await restore(ctx, input);
    await followUntil(ctx, "R-1", ["in-effect"]);
    await learnDeploys(ctx, world);
    aheadMs += 60_000;
    await followUntil(ctx, "R-1", ["verified"]);
    const statusOf = async () => (await getIncident(ctx, input.incidentId)).incident.status;
    expect(await statusOf()).toBe("restored");

    await ownByArgo(world);
    await putTemplate(bad, "argocd-controller");
    await expect
      .poll(async () => {
        await learnDeploys(ctx, world);
        await followRestorations(ctx, { isAlone: true });
        return (await getIncidentView(ctx, { id: input.incidentId })).restorations[0]?.undone;
      })
      .toMatchObject({
        by: "argocd-controller",
        sentence: expect.stringMatching(
          /^Undone 1 min.* after it took effect: argocd-controller put revision 3’s template back\.$/,
        ),
      });
    expect(await statusOf()).toBe("declared");
    const { entries, restorations } = await getIncidentView(ctx, { id: input.incidentId });
    expect(restorations[0]?.state).toBe("verified");
    expect(entries.filter(({ kind }) => kind === "undone")).toHaveLength(1);
    await followRestorations(ctx, { isAlone: true });
    const again = await previewLever(ctx, input.target);
    expect(again.blockers).toEqual([]);
    expect(again.owners?.[0]).toMatchObject({
      handling: "pause",
      sentence: expect.stringMatching(/It undid R-1: it wasn’t paused\./),
    });
    const { restoration } = await restore(ctx, { ...input, seen: again.seen, key: newKey() });
    expect(restoration).toMatchObject({ id: "R-2", state: "accepted" });
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });
});
