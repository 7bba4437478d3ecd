import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import { eachDatabase } from "@/lib/server/test-database";
import {
  advanceOnce,
  advanceUntil,
  aheadOf,
  openedRevert,
  writesSince,
} from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { queueAgain } from "./queue-again";

const GATE = "gate";
let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.github.setProtection({ checks: false, contexts: [GATE], reviews: 0, strict: false });
  world.github.setMergeQueue({});
});
afterAll(() => world.stop());

eachDatabase("a revert that the merge queue throws out", (database) => {
  /** In the queue, at the front. */
  const queued = async () => {
    onTestFinished(() => world.github.setMergeQueue(null));
    const { ctx, pass } = aheadOf(world, database().db);
    const { id, number, incidentId } = await openedRevert(ctx, world);
    world.github.postStatus(world.github.pullRequest(number)?.headSha ?? "", GATE, "success");
    const mergeIs = (words: RegExp) =>
      advanceUntil(
        ctx,
        id,
        ({ stages }) =>
          stages.some(({ name, detail }) => name === "Merge" && words.test(detail ?? "")),
        () => pass(15_000),
      );
    const fail = async () => {
      await expect.poll(() => world.github.groupHead(), { timeout: 20_000 }).not.toBeNull();
      world.github.postStatus(world.github.groupHead() ?? "", GATE, "failure");
      await expect.poll(() => world.github.queued(), { timeout: 20_000 }).toEqual([]);
      // Two groups of the same second are one commit, of which the failure has been told.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    };
    await mergeIs(/in the merge queue at 1/);
    return { ctx, pass, id, number, incidentId, mergeIs, fail };
  };

  test("goes in again once by itself, then a responder is asked: one click, and no more than that", async () => {
    const { ctx, pass, id, incidentId, mergeIs, fail } = await queued();
    const puts = writesSince(world);
    const count = () => puts().filter((one) => one === "enqueuePullRequest").length;
    await fail();
    const wentAgain = /again: it was taken out of the merge queue/;
    await advanceUntil(
      ctx,
      id,
      ({ receipts }) => receipts.some(({ sentence }) => wentAgain.test(sentence)),
      () => pass(15_000),
    );
    const once = count();
    await fail();
    const stuck = await mergeIs(/2 times by now\. Somebody has to decide/);
    const offer = () => stuck.stages.find(({ name }) => name === "Merge")?.offer;
    expect(offer()).toBe("queue-again");
    pass(3_600_000);
    await advanceOnce(ctx);
    expect(count()).toBe(once);
    // Pressed twice at once, it goes in once.
    await Promise.allSettled([queueAgain(ctx, { id }), queueAgain(ctx, { id })]);
    await expect.poll(() => advanceOnce(ctx).then(() => world.github.queued())).toHaveLength(1);
    await expect(queueAgain(ctx, { id })).rejects.toMatchObject({ code: "not-taken-out" });
    const { entries } = await getIncidentView(ctx, { id: incidentId });
    expect(entries.filter(({ text }) => /put into the merge queue again/.test(text))).toHaveLength(
      1,
    );
    await fail();
    const asked = await mergeIs(/3 times by now/);
    expect(asked.stages.find(({ name }) => name === "Merge")?.offer).toBe("queue-again");
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });

  test("by somebody is left to them, who is named, and can be put back with one click", async () => {
    const { ctx, id, number, mergeIs } = await queued();
    world.github.dequeue(number, "hugo");
    const stuck = await mergeIs(/taken out of the merge queue by hugo\. Somebody has to decide/);
    expect(stuck.commands).toEqual([`gh pr merge ${number} -R acme/shop`]);
    expect(world.github.queued()).toEqual([]);
    await queueAgain(ctx, { id });
    await expect.poll(() => advanceOnce(ctx).then(() => world.github.queued())).toHaveLength(1);
    await expect.poll(() => world.github.groupHead()).not.toBeNull();
    world.github.postStatus(world.github.groupHead() ?? "", GATE, "success");
    await expect.poll(() => world.github.pullRequest(number)?.merge ?? null).not.toBeNull();
  });
});
