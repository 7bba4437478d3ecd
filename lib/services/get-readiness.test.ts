import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ReadinessRow } from "@/lib/contracts/recovery";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { previewLever } from "@/lib/restorations/preview-lever";
import { restore } from "@/lib/restorations/restore";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { ask, disown, installPolicy, ownByArgo, requireStatus } from "@/lib/server/test-holds";
import { followUntil, learn, newKey, targetOf } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { getReadiness } from "./get-readiness";
import { readinessCsv } from "./readiness-csv";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.signal.valueAt = () => 0.004;
});
afterAll(() => world.stop());

eachDatabase("the readiness board", (database) => {
  const ctxWith = (addresses: Partial<TestWorld["addresses"]> = {}): Ctx => {
    const signal = world.service.signal && { ...world.service.signal, verifyForSeconds: 0.2 };
    const service = { ...world.service, signal, mayBeDrilled: true };
    const there = { addresses: { ...world.addresses, ...addresses }, service };
    return ctxOn(there, database().db, { timeoutSeconds: 2 });
  };
  /** Each look is as long after the one before as a board is kept. */
  let minutes = 0;
  const look = async (ctx: Ctx) => {
    minutes += 2;
    const at = Date.now() + minutes * 60_000;
    const [row] = await getReadiness({ ...ctx, now: () => new Date(at) });
    if (!row) throw new Error("There is no row.");
    return row;
  };

  test("says of each lever what a look at the world says, and pulls none", async () => {
    const ctx = ctxWith();
    await learn(ctx, world);
    const before = [world.patches(), world.flagWrites(), world.reverts()];
    const [row, again] = await Promise.all([getReadiness(ctx), getReadiness(ctx)]);
    expect(row).toBe(again);
    const [{ cells, ...about } = await look(ctx)] = row;
    expect(about).toMatchObject({ service: "checkout", title: "Checkout", mayBeDrilled: true });
    expect(cells.rollback).toEqual({ state: "ready", sentence: "checkout 3 → 2: can be pulled." });
    expect(cells.retoggle.sentence).toBe("new-basket: can be pulled.");
    expect(cells.revert.sentence).toContain("its newest merge");
    expect(cells.permissions.state).toBe("ready");
    expect(cells.gitops.state).toBe("ready");
    expect(cells.revisions.sentence).toContain("keeps 2 revisions");
    expect(cells.signal.state).toBe("ready");
    expect(cells["flag-coverage"].sentence).toContain("of 3 merges");
    expect(cells["last-drill"].sentence).toBe("Never drilled.");
    expect([world.patches(), world.flagWrites(), world.reverts()]).toEqual(before);
  });

  test("says which layers of a freeze would hold, and who can lift what is in the way; freezes nothing", async () => {
    const ctx = ctxWith();
    await learn(ctx, world);
    const freezes = ({ cells }: ReadinessRow) =>
      [
        cells["freeze-gate"],
        cells["freeze-cluster"],
        cells["freeze-merges"],
        cells["freeze-owners"],
      ].map(({ state }) => state);
    const bare = await look(ctx);
    expect(freezes(bare)).toEqual(["ready", "blocked", "blocked", "ready"]);
    expect(bare.cells["freeze-cluster"].sentence).toMatch(
      /isn’t installed in this cluster\. It can be lifted by a cluster admin/,
    );
    expect(bare.cells["freeze-merges"].sentence).toMatch(
      /isn't a required check of main.* It can be lifted by an administrator of acme\/shop\.$/,
    );
    await installPolicy(world);
    requireStatus(world);
    await ownByArgo(world);
    const asked = world.kubernetes.requests.length;
    const all = await look(ctx);
    expect(freezes(all)).toEqual(["ready", "ready", "ready", "ready"]);
    expect(all.cells["freeze-owners"].sentence).toBe("Argo CD application checkout can be paused.");
    const writes = world.kubernetes.requests
      .slice(asked)
      .filter(({ method, path }) => method !== "GET" && !/dryRun|selfsubject/.test(path));
    expect(writes).toEqual([]);
    const [heads] = readinessCsv([all]).split("\r\n");
    expect(heads).toContain("freeze-owners,freeze-owners: why");
    // One that is dead takes nothing but its own cells along.
    const dead = await look(ctxWith({ github: "http://127.0.0.1:9" }));
    expect(freezes(dead)).toEqual(["ready", "ready", "unknown", "ready"]);
    await disown(world);
    world.github.setProtection({ contexts: [] });
    const path =
      "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/known-good-freeze";
    expect((await ask(world, "DELETE", path)).status).toBe(200);
  });

  test("a dead source makes its own cells unknown, with a sentence", async () => {
    await learn(ctxWith(), world);
    const { cells } = await look(ctxWith({ unleash: "http://127.0.0.1:9" }));
    expect(cells.retoggle.state).toBe("unknown");
    expect(cells.retoggle.sentence).toContain("Unleash");
    expect(cells.permissions.state).toBe("unknown");
    expect(cells.rollback.state).toBe("ready");
    expect(cells.revert.state).toBe("ready");
  });

  test("knows of the last drill and what was verified in it", async () => {
    const ctx = ctxWith();
    await learn(ctx, world);
    const target = await targetOf(ctx, world, "retoggle");
    const { incident } = await declareIncident(
      ctx,
      { title: "Practise a retoggle", severity: 3, services: ["checkout"], isDrill: true },
      { origin: "person" },
    );
    const nothingYet = (await look(ctx)).cells["last-drill"];
    expect(nothingYet).toMatchObject({ state: "limited" });
    const { seen } = await previewLever(ctx, target);
    const { restoration } = await restore(ctx, {
      ...{ incidentId: incident.id, target, seen, suspectId: null, wasRecommended: null },
      key: newKey(),
    });
    await followUntil(ctx, restoration?.id ?? "", ["verified"]);
    const row = await look(ctx);
    expect(row.cells["last-drill"]).toMatchObject({
      state: "ready",
      sentence: expect.stringContaining(`retoggle verified (${incident.id})`),
    });
    const [heads, line] = readinessCsv([row]).split("\r\n");
    expect(heads).toMatch(/^service,title,may be drilled,checked at,retoggle,retoggle: why,/);
    expect(line).toMatch(/^checkout,Checkout,true,/);
  });
});
