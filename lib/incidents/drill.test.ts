import { afterAll, beforeAll, expect, test } from "vitest";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { previewCard } from "@/lib/restorations/preview-card";
import { previewPutBack, putBack } from "@/lib/restorations/put-back";
import { restore } from "@/lib/restorations/restore";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { followUntil, learn, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());

eachDatabase("a drill", (database) => {
  const drillable = (): Ctx => {
    const ctx = ctxOn(world, database().db);
    const quick = world.service.signal && { ...world.service.signal, verifyForSeconds: 0.2 };
    const repository = world.service.repository && { ...world.service.repository, migrations: [] };
    const mayBe = { ...world.service, signal: quick, repository, mayBeDrilled: true };
    const bare = { ...world.service, flags: null };
    const quiet = { ...bare, name: "quiet", deployments: [], mayBeDrilled: true };
    return { ...ctx, fileServices: [mayBe, quiet, { ...bare, name: "till" }] };
  };
  const declare = (ctx: Ctx, services: string[]) =>
    declareIncident(
      ctx,
      { title: "Practise a rollback", severity: 3, services, isDrill: true },
      { origin: "person" },
    );

  test("is refused on a service that may not be drilled, with what to set", async () => {
    const ctx = drillable();
    // Real harm that happens to be there is no part of the drill.
    world.signal.valueAt = () => 0.3;
    await expect(declare(ctx, ["checkout", "till"])).rejects.toMatchObject({
      code: "not-drillable",
      sentence: expect.stringContaining("till may not be drilled"),
      fields: [{ path: "services", expected: "services that may be drilled: checkout, quiet" }],
    });
    const { incident } = await declare(ctx, ["checkout"]);
    expect(incident).toMatchObject({ isDrill: true, harmBeganFrom: "declaration" });
    const more = { id: incident.id, services: ["checkout", "till"], version: incident.version };
    await expect(correctIncident(ctx, more)).rejects.toMatchObject({ code: "not-drillable" });
    const real = await declareIncident(
      ctx,
      { title: "Till fails", severity: 2, services: ["till"] },
      { origin: "person" },
    );
    expect(real.incident.isDrill).toBe(false);
  });

  test("recommends, rolls back the last deploy, is verified and put back", async () => {
    world.reset();
    world.signal.valueAt = () => 0.004;
    const ctx = drillable();
    await learn(ctx, world);
    const { incident } = await declare(ctx, ["checkout"]);
    const { suspects, entries } = await getIncidentView(ctx, { id: incident.id });
    expect(entries.map((entry) => entry.text).join()).toContain("as a drill");
    const deploy = suspects.find(({ title }) => title.includes("2 → 3"));
    expect(deploy?.evidence[0]?.sentence).toContain("before harm");
    const suspectId = deploy?.id ?? "";
    const card = await previewCard(ctx, { incidentId: incident.id, suspectId });
    expect(card.recommendation).toMatchObject({ lever: "rollback" });
    const lever = card.levers.find((one) => one.lever === "rollback");
    if (!lever?.target) throw new Error("There is nothing to roll back.");
    const pressed = await restore(ctx, {
      ...{ incidentId: incident.id, target: lever.target, seen: lever.seen, suspectId },
      ...{ wasRecommended: true, key: newKey() },
    });
    const id = pressed.restoration?.id ?? "";
    await followUntil(ctx, id, ["verified"]);
    const elsewhere = await declare(ctx, ["quiet"]);
    const again = { incidentId: elsewhere.incident.id, target: lever.target, seen: lever.seen };
    await expect(
      restore(ctx, { ...again, suspectId: null, wasRecommended: null, key: newKey() }),
    ).rejects.toMatchObject({ code: "not-drillable" });
    const restored = (await getIncidentView(ctx, { id: incident.id })).incident;
    expect(restored).toMatchObject({ status: "restored", isDrill: true });
    const back = await previewPutBack(ctx, id);
    const put = await putBack(ctx, { restorationId: id, seen: back.seen, key: newKey() });
    await followUntil(ctx, put.restoration?.id ?? "", ["verified"]);
    const { restorations } = await getIncidentView(ctx, { id: incident.id });
    expect(restorations).toHaveLength(2);
    expect(restorations.map(({ state }) => state)).toEqual(["verified", "verified"]);
  });
});
