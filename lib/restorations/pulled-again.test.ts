import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { argoOf, disown, followOnce, ownByArgo } from "@/lib/server/test-holds";
import { arm, followUntil, learnDeploys, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewCard } from "./preview-card";
import { previewLever } from "./preview-lever";
import { previewPutBack, putBack } from "./put-back";
import { recordAdvice } from "./record-advice";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(async () => {
  world.reset();
  await ownByArgo(world);
});
afterEach(() => disown(world));
afterAll(() => world.stop());

const isPaused = async () => (await argoOf(world)).automated?.enabled === false;

eachDatabase("a rollback that was put back, whose Deployment Argo CD keeps", (database) => {
  test("pauses it again when it is pulled again: the way back led away from what it doesn't have", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await arm(ctx, world, "rollback");
    await restore(ctx, { ...input, key: newKey() });
    await followUntil(ctx, "R-1", ["in-effect"]);
    const back = await previewPutBack(ctx, "R-1");
    await putBack(ctx, { restorationId: "R-1", seen: back.seen, key: newKey() });
    await followUntil(ctx, "R-2", ["in-effect"]);
    await followOnce(ctx);
    expect(await isPaused()).toBe(false);
    await learnDeploys(ctx, world);
    const again = await previewLever(ctx, input.target);
    expect(again.owners).toMatchObject([{ kind: "argo-cd", handling: "pause" }]);
    await restore(ctx, { ...input, seen: again.seen, key: newKey() });
    expect(await isPaused()).toBe(true);
  });

  test("isn't offered to be put back once its incident is resolved, and is again when that is reopened", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await arm(ctx, world, "rollback");
    const { incidentId } = input;
    await restore(ctx, { ...input, key: newKey() });
    await followUntil(ctx, "R-1", ["in-effect"]);
    const set = (status: "resolved" | "declared") =>
      ctx.db.incident.updateMany({ data: { status } });
    await set("resolved");
    const [blocker] = (await previewPutBack(ctx, "R-1")).blockers;
    expect(blocker).toMatchObject({ code: "incident-closed", who: "a responder" });
    expect(blocker?.sentence).toMatch(/is resolved\. Reopen it/);
    const card = await previewCard(ctx, { incidentId });
    const rollback = card.levers.find(({ lever }) => lever === "rollback");
    expect(rollback?.blockers).toContainEqual(blocker);
    expect(card.recommendation.lever).toBe("none");
    expect(await recordAdvice(ctx, incidentId, card)).toBe(false);
    await set("declared");
    expect((await previewPutBack(ctx, "R-1")).blockers).toEqual([]);
  });
});
