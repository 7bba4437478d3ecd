import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { freeze } from "@/lib/freezes/freeze";
import { planFreeze } from "@/lib/freezes/plan-freeze";
import { findFreeze } from "@/lib/freezes/store";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import type { DeployGuard } from "@/lib/integrations/deploy-guard";
import type { Ctx } from "@/lib/server/context";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { argoOf, disown, followOnce, lookNow, ownByArgo } from "@/lib/server/test-holds";
import { arm, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { getRestoration } from "./get-restoration";
import { previewLever } from "./preview-lever";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(async () => {
  world.kubernetes.faults.set({ mode: "none" });
  world.reset();
  world.signal.valueAt = () => 0.004;
  await ownByArgo(world);
});
afterEach(async () => {
  world.kubernetes.faults.set({ mode: "none" });
  await disown(world);
});
afterAll(() => world.stop());

/** The same product, but something happens around its being asked to pause an owner. */
function pausing(
  ctx: Ctx,
  around: (pause: DeployGuard["pauseOwner"]) => DeployGuard["pauseOwner"],
) {
  const sources = wrapping(ctx.sources, "deploys", (source) => ({
    ...source,
    guard: source.guard && { ...source.guard, pauseOwner: around(source.guard.pauseOwner) },
  }));
  return { ...ctx, sources };
}

const argoHold = (ctx: Ctx) => ctx.db.hold.findFirstOrThrow({ where: { layer: "argo-cd" } });

eachDatabase("an owner that was paused without an answer goes on", (database) => {
  test("when the rollback that paused it was refused, and it couldn't be read back", async () => {
    const ctx = ctxOn(world, database().db);
    const before = await argoOf(world);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const cutOff = pausing(ctx, (pause) => async (request) => {
      world.kubernetes.applyThenDrop = true;
      try {
        return await pause(request);
      } finally {
        world.kubernetes.faults.set({ mode: "refuse" });
      }
    });
    await expect(restore(cutOff, input)).rejects.toMatchObject({ code: "owner-not-paused" });
    world.kubernetes.faults.set({ mode: "none" });
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    await lookNow(ctx);
    expect(await argoOf(world)).toEqual(before);
    expect(await argoHold(ctx)).toMatchObject({ state: "released", openKey: null });
  });

  test("when the process died that asked once more after a no", async () => {
    const ctx = ctxOn(world, database().db);
    const before = await argoOf(world);
    const services = [world.service.name];
    const wish = { services, reason: "Rolling back", minutes: 10, incidentId: null };
    const { freeze: made } = await freeze(ctx, wish, { waitMs: 0 });
    const row = await findFreeze(ctx.db, 1);
    if (!row) throw new Error("there is no freeze");
    await planFreeze(ctx, row);
    world.kubernetes.faults.set({ mode: "refuse" });
    await followOnce(ctx);
    world.kubernetes.faults.set({ mode: "none" });
    const refused = await argoHold(ctx);
    expect(refused).toMatchObject({ state: "not-held" });

    const dying = pausing(ctx, (pause) => async (request) => {
      await pause(request);
      throw new Error("killed");
    });
    await lookNow(dying);
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    expect(await argoHold(ctx)).toMatchObject({ state: "asked", at: refused.at });
    await thawFreeze(ctx, { id: made.id });
    await lookNow(ctx);
    expect(await argoOf(world)).toEqual(before);
    expect(await argoHold(ctx)).toMatchObject({ state: "released", openKey: null });
  });
});

eachDatabase("owners that nobody could read", (database) => {
  test("are told by a receipt of the rollback that paused nobody", async () => {
    const ctx = ctxOn(world, database().db);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const sources = wrapping(ctx.sources, "deploys", (source) => ({
      ...source,
      guard: source.guard && { ...source.guard, owners: () => new Promise<never>(() => undefined) },
    }));
    const silent = { ...ctx, sources };
    const { seen } = await previewLever(silent, input.target);
    const { restoration } = await restore(silent, { ...input, seen });
    const { receipts } = await getRestoration(ctx, restoration?.id ?? "").then(
      (job) => job.restoration,
    );
    expect(receipts.map(({ sentence }) => sentence)).toContain(
      "Who keeps it as it is couldn’t be read, so nobody was paused: a controller may undo this",
    );
    expect((await argoOf(world)).automated).not.toMatchObject({ enabled: false });
  });
});
