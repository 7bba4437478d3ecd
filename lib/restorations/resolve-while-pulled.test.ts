import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncident } from "@/lib/incidents/get-incident";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { argoOf, disown, ownByArgo } from "@/lib/server/test-holds";
import { arm, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { restore } from "./restore";

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

eachDatabase("an incident whose lever was just pulled", (database) => {
  test("isn't resolved before the answer, nor after it with what that left open", async () => {
    const ctx = ctxOn(world, database().db);
    const input = {
      ...(await arm(ctx, world, "rollback")),
      key: newKey(),
      freeze: { minutes: 30 },
    };
    const id = input.incidentId;
    const resolve = async () => {
      const { incident } = await getIncident(ctx, id);
      return correctIncident(ctx, { id, status: "resolved", version: incident.version });
    };
    const asked = Promise.withResolvers<void>();
    const allowed = Promise.withResolvers<void>();
    const slow = wrapping(ctx.sources, "deploys", (source) => ({
      ...source,
      guard: source.guard && {
        ...source.guard,
        async pauseOwner(request) {
          asked.resolve();
          await allowed.promise;
          return (source.guard as NonNullable<typeof source.guard>).pauseOwner(request);
        },
      },
    }));
    const press = restore({ ...ctx, sources: slow }, input);
    await asked.promise;
    await expect(resolve()).rejects.toMatchObject({
      code: "loose-ends",
      status: 409,
      sentence: expect.stringMatching(/^R-1 \(Roll back checkout .*\) was just pulled/),
    });
    expect((await getIncident(ctx, id)).incident.status).toBe("declared");
    expect(await ctx.db.freeze.findMany()).toMatchObject([{ thawedAt: null }]);
    allowed.resolve();
    await press;
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    await expect(resolve()).rejects.toMatchObject({
      code: "loose-ends",
      sentence: expect.stringMatching(/loose ends? (is|are) open/),
    });
  });
});
