import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Service } from "@/lib/contracts/service";
import { allowDelivery } from "@/lib/freezes/allow-delivery";
import { freeze } from "@/lib/freezes/freeze";
import { getFreeze } from "@/lib/freezes/get-freeze";
import { renewFreeze } from "@/lib/freezes/renew-freeze";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import {
  argoOf,
  deliver,
  disown,
  followOnce,
  installPolicy,
  keepFollowing,
  lookNow,
  ownByArgo,
  requireStatus,
  statusOf,
  turnArgoOn,
} from "@/lib/server/test-holds";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { releaseHold } from "./release-hold";

let world: TestWorld;
let head: string;
let pull: number;
beforeAll(async () => {
  world = await startTestWorld();
  await installPolicy(world);
  requireStatus(world);
  const opened = await world.github.openPullRequest({
    ...{ title: "Try prices", author: { login: "ann" }, branch: "try/prices" },
    files: { "tries/prices.txt": "x\n" },
  });
  [head, pull] = [opened.headSha, opened.number];
});
afterAll(() => world.stop());

const IMAGE = "registry.example/checkout:0123456789ab";
const WHY = "it carries the fix of the price list";

eachDatabase("holds", (database) => {
  beforeEach(async () => {
    world.reset();
    await ownByArgo(world);
  });
  afterEach(async () => {
    world.kubernetes.faults.set({ mode: "none" });
    await disown(world);
  });
  const context = (options: { name?: string; now?: () => Date; timeoutSeconds?: number } = {}) =>
    ctxOn(world, database().db, options);
  const declare = async (ctx: Ctx) =>
    (
      await declareIncident(
        ctx,
        { title: "Checkout fails", severity: 2, services: ["checkout"] },
        { origin: "person" },
      )
    ).incident.id;
  const frozen = async (ctx: Ctx, more: object = {}) => {
    const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
    const stop = new AbortController();
    const following = keepFollowing(ctx, stop.signal);
    const made = (await freeze(ctx, { ...wish, ...more }, { waitMs: 15_000 })).freeze;
    stop.abort();
    await following;
    return made;
  };
  const statesOf = async (ctx: Ctx, id = "F-1") =>
    Object.fromEntries(
      (await getFreeze(ctx, { id })).holds.map(({ layer, state }) => [layer, state]),
    );
  const holdOf = async (ctx: Ctx, layer: string, id = "F-1") => {
    const found = (await getFreeze(ctx, { id })).holds.find((one) => one.layer === layer);
    if (!found) throw new Error(`${id} holds nothing in ${layer}.`);
    return found;
  };
  /** The pull request that was open from the beginning, as F-1 met it. */
  const waiting = async (ctx: Ctx) =>
    (await getFreeze(ctx, { id: "F-1" })).heldDeliveries.find(
      ({ kind, value }) => kind === "pull" && value === `acme/shop#${pull}`,
    );
  const told = async (ctx: Ctx, id: string) =>
    (await getIncidentView(ctx, { id })).entries.map(({ text }) => text).join("\n");
  const ALL = { gate: "held", kubernetes: "held", github: "held", "argo-cd": "held" };

  test("every layer is held when freezing answers, and as it was after thawing", async () => {
    const ctx = context();
    const before = await argoOf(world);
    const made = await frozen(ctx);
    expect(Object.fromEntries(made.holds.map(({ layer, state }) => [layer, state]))).toEqual(ALL);
    expect(await deliver(world, IMAGE)).toMatch(/checkout is frozen until .* by F-1: Rolling back/);
    expect(statusOf(world, head)).toBe("failure");
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false, selfHeal: true });
    expect(made.holds.find(({ layer }) => layer === "kubernetes")?.endsByItself).toBe(true);
    expect(await waiting(ctx)).toMatchObject({ title: "Try prices", letThroughAt: null });
    await lookNow(ctx);
    expect(await statesOf(ctx)).toEqual(ALL);

    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
    const released = { kubernetes: "released", github: "released", "argo-cd": "released" };
    expect(await statesOf(ctx)).toEqual({ gate: "released", ...released });
    expect(await deliver(world, IMAGE)).toBeNull();
    expect(statusOf(world, head)).toBe("success");
    expect(await argoOf(world)).toEqual(before);
    expect(await ctx.db.hold.count({ where: { openKey: { not: null } } })).toBe(0);
  });

  test("a pull request that waits says whose code it changes, at its head", async () => {
    const ctx = context();
    const within = (name: string) =>
      Service.parse({
        ...{ ...world.service, name, deployments: [] },
        repository: { source: "code", name: "acme/shop", paths: [`${name}/`] },
      });
    const fileServices = [world.service, within("basket"), within("tries")];
    await frozen({ ...ctx, fileServices });
    await expect.poll(async () => (await waiting(ctx))?.services).toEqual(["checkout", "tries"]);
    expect(await ctx.db.heldDelivery.findMany({ where: { namedAt: head } })).toHaveLength(1);
    await lookNow({ ...ctx, fileServices: [world.service] });
    expect((await waiting(ctx))?.services).toEqual(["checkout", "tries"]);
  });

  test("a delivery that is let through passes, by its image and by its commit; others don't", async () => {
    const ctx = context();
    await frozen(ctx);
    await allowDelivery(ctx, { id: "F-1", kind: "image", value: IMAGE, reason: WHY });
    await allowDelivery(ctx, {
      ...{ id: "F-1", kind: "pull", value: `acme/shop#${pull}`, reason: WHY },
    });
    await followOnce(ctx);
    expect(await deliver(world, IMAGE)).toBeNull();
    expect(await deliver(world, `${IMAGE.slice(0, -2)}ff`)).toContain("is frozen");
    expect(statusOf(world, head)).toBe("success");
    expect((await waiting(ctx))?.letThroughAt).not.toBeNull();
    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
  });

  test("a cluster that can't be reached is said, and held as soon as it can", async () => {
    const ctx = context({ timeoutSeconds: 1 });
    world.kubernetes.faults.set({ mode: "refuse" });
    const made = await frozen(ctx);
    const kubernetes = made.holds.filter(({ layer }) => layer === "kubernetes");
    expect(kubernetes.map(({ state }) => state)).toEqual(["not-held", "not-held"]);
    expect(kubernetes[0]?.sentence).toMatch(/can’t be reached|can't be reached|answer/);
    expect(kubernetes[1]?.subject).toBe("who keeps shop/checkout as it is");
    expect(made.holds.find(({ layer }) => layer === "github")?.state).toBe("held");
    world.kubernetes.faults.set({ mode: "none" });
    await lookNow(ctx);
    expect((await holdOf(ctx, "kubernetes")).state).toBe("held");
    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
  });

  test("an answer that is lost is asked for again, and what was there before is kept", async () => {
    const ctx = context();
    const before = await argoOf(world);
    await frozen(ctx);
    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
    for (let times = 0; times < 4; times += 1) {
      const id = `F-${times + 2}`;
      world.kubernetes.applyThenDrop = true;
      await freeze(
        ctx,
        { services: ["checkout"], reason: "Again", minutes: 60, incidentId: null },
        { waitMs: 0 },
      );
      await expect
        .poll(() => ctx.db.hold.count({ where: { openKey: { not: null } } }), { timeout: 15_000 })
        .toBe(3);
      await followOnce(ctx);
      world.kubernetes.applyThenDrop = false;
      const states = Object.values(await statesOf(ctx, id)).sort();
      expect(states).toEqual(["asked", "held", "held", "held"]);
      await lookNow(ctx);
      expect(await statesOf(ctx, id)).toEqual(ALL);
      world.kubernetes.applyThenDrop = true;
      await thawFreeze(ctx, { id });
      await followOnce(ctx);
      world.kubernetes.applyThenDrop = false;
      expect(Object.values(await statesOf(ctx, id))).toContain("releasing");
      await lookNow(ctx);
      expect(Object.values(await statesOf(ctx, id))).toEqual(Array(4).fill("released"));
      expect(await argoOf(world)).toEqual(before);
    }
  });

  describe("what somebody takes away", () => {
    test("is asked for again once, then its taker is named and not fought with", async () => {
      let minutes = 0;
      const start = Date.now();
      const ctx = context({ now: () => new Date(start + minutes * 60_000) });
      const incidentId = await declare(ctx);
      await frozen(ctx, { incidentId });
      await turnArgoOn(world);
      await lookNow(ctx);
      expect((await holdOf(ctx, "argo-cd")).state).toBe("held");
      expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
      expect(await told(ctx, incidentId)).toMatch(/Argo CD, argocd\/checkout: .*bob-ui.*again/);
      await turnArgoOn(world);
      await lookNow(ctx);
      const lost = await holdOf(ctx, "argo-cd");
      expect(lost).toMatchObject({ state: "lost", who: expect.stringContaining("bob-ui") });
      expect(lost.sentence).toContain("twice within a minute");
      await lookNow(ctx);
      expect((await argoOf(world)).automated).toMatchObject({ enabled: true });
      minutes = 5;
      await renewFreeze(ctx, { id: "F-1", minutes: 60 });
      await followOnce(ctx);
      expect(await statesOf(ctx)).toEqual(ALL);
      await thawFreeze(ctx, { id: "F-1" });
      await followOnce(ctx);
      // As somebody left it in between: nobody's change is undone.
      expect((await argoOf(world)).automated).toMatchObject({ enabled: true });
    });

    test("a pull request that comes later is held without a word of alarm", async () => {
      const ctx = context();
      const incidentId = await declare(ctx);
      await frozen(ctx, { incidentId });
      const later = await world.github.openPullRequest({
        ...{ title: "Later", author: { login: "bob" }, branch: `later-${Date.now()}` },
        files: { "later.txt": `${Date.now()}\n` },
      });
      await lookNow(ctx);
      expect(statusOf(world, later.headSha)).toBe("failure");
      expect(await told(ctx, incidentId)).not.toContain("GitHub");
      const { heldCount } = await getFreeze(ctx, { id: "F-1" });
      expect(heldCount).toBeGreaterThan(1);
      await thawFreeze(ctx, { id: "F-1" });
      await followOnce(ctx);
    });
  });

  test("what two freezes share is put back once the last of them is over", async () => {
    const ctx = context();
    const before = await argoOf(world);
    await frozen(ctx);
    await frozen(context({ name: "Bob" }), { services: [], reason: "Everything waits" });
    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    expect(statusOf(world, head)).toBe("failure");
    expect(await deliver(world, IMAGE)).toContain("by F-2");
    await thawFreeze(ctx, { id: "F-2" });
    await followOnce(ctx);
    expect(await argoOf(world)).toEqual(before);
    expect(await deliver(world, IMAGE)).toBeNull();
  });

  test("two processes that freeze and thaw at once ask for each thing once, and wait for nobody", async () => {
    const [ada, bob] = [context(), context({ name: "Bob" })];
    const wish = { services: ["checkout"], reason: "Both", minutes: 60, incidentId: null };
    await Promise.all([ada, bob, ada, bob].map((ctx) => freeze(ctx, wish, { waitMs: 500 })));
    await expect.poll(() => ada.db.holdClaim.count(), { timeout: 15_000 }).toBe(12);
    const patches = () =>
      world.kubernetes.requests.filter(
        ({ method, path, user }) =>
          method === "PATCH" && user === "known-good" && path.includes("/applications/"),
      ).length;
    const before = patches();
    await Promise.all([followOnce(ada), followOnce(bob)]);
    expect(patches() - before).toBe(1);
    expect(await ada.db.hold.count({ where: { state: "held" } })).toBe(6);
    const ids = ["F-1", "F-2", "F-3", "F-4"];
    await Promise.all(ids.map((id, at) => thawFreeze(at % 2 ? ada : bob, { id })));
    await Promise.all([followOnce(ada), followOnce(bob)]);
    await lookNow(ada);
    expect(await ada.db.hold.count({ where: { state: { not: "released" } } })).toBe(0);
  });

  test("one thing is let go of by hand, the rest stays held", async () => {
    const ctx = context();
    const incidentId = await declare(ctx);
    await frozen(ctx, { incidentId });
    const { id } = await holdOf(ctx, "argo-cd");
    await Promise.all([releaseHold(ctx, { id }), releaseHold(ctx, { id })]);
    await followOnce(ctx);
    expect(await statesOf(ctx)).toEqual({ ...ALL, "argo-cd": "released" });
    expect(await told(ctx, incidentId)).toContain("Ada let go of argocd/checkout by hand");
    // Working out again what is to be held doesn't take it back.
    await renewFreeze(ctx, { id: "F-1", minutes: 60 });
    await ctx.db.freeze.update({ where: { number: 1 }, data: { planDueAt: new Date(0) } });
    await followOnce(ctx);
    expect((await argoOf(world)).automated).not.toHaveProperty("enabled", false);
    await expect(releaseHold(ctx, { id: "H-99" })).rejects.toMatchObject({ code: "unknown-hold" });
    await thawFreeze(ctx, { id: "F-1" });
    await followOnce(ctx);
  });
});
