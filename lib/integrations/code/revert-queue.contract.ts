import { describe, expect, test } from "vitest";
import type { GuardTarget, StartGuard } from "./guard-target";
import { CHECKS, openRevert, until } from "./revert-steps.contract";

/** What the groups of a queue wait for where it is said by hand. */
const CHECK = "known-good/freeze";

/** Put into the queue as soon as that is allowed. */
function queue(target: GuardTarget, number: number): Promise<void> {
  const attempt = () =>
    target.enqueue(number).then(
      () => true,
      () => false,
    );
  return expect.poll(attempt, { timeout: 20_000 }).toBe(true);
}

/** A revert in a queue whose groups wait for one status, which is said by hand. */
async function queuedOn(start: StartGuard) {
  const target = await start({ contexts: [CHECK], queue: true, checksMs: 10 });
  const { advance, number, source } = await openRevert(target, "squash", { as: "owner" });
  target.post(target.pull(number).head, "success", "ci");
  expect(await until(() => advance("merge"))).toMatchObject({ outcome: "done" });
  return {
    ...{ target, advance, number },
    /** Its group fails. */
    async fail() {
      await expect.poll(() => target.groupHead(), { timeout: 20_000 }).not.toBeNull();
      target.post(target.groupHead() ?? "", "failure", "ci");
      await expect.poll(() => target.queued(), { timeout: 20_000 }).toEqual([]);
      // Two groups of the same second are one commit, of which the failure has been told.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    },
    async merge() {
      const { stages } = await source.revertProgress(target.repository, number);
      return stages.find(({ name }) => name === "Merge");
    },
  };
}

/** How a revert gets through a merge queue. */
export function revertQueueContract(title: string, start: StartGuard): void {
  describe(`a revert and the merge queue on ${title}`, () => {
    const queued = () => queuedOn(start);

    test("a revert goes to the front of the merge queue, past those before it", async () => {
      const target = await start({ contexts: CHECKS, queue: true, checksMs: 3_000 });
      const { advance, number, source } = await openRevert(target, "squash", { as: "owner" });
      const one = await target.open("one");
      const early = await advance("merge");
      expect(early).toMatchObject({ outcome: "later" });
      // Opened after it: when its own checks are over, those of the revert are.
      await queue(target, one.number);
      expect(await until(() => advance("merge"))).toEqual({
        outcome: "done",
        sentence: "Put at the front of the merge queue.",
      });
      expect(target.queued()).toEqual([number, one.number]);
      expect(await advance("merge")).toEqual({
        outcome: "unneeded",
        sentence: "It is in the merge queue at 1.",
      });
      const { stages } = await source.revertProgress(target.repository, number);
      const merge = stages.find(({ name }) => name === "Merge");
      expect(merge).toMatchObject({ usualFrom: "the merge queue's own estimate" });
      expect(merge?.detail).toContain("in the merge queue at 1");
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
    });

    test("credentials that may not jump the queue put it at its end, and say so", async () => {
      const target = await start({ contexts: CHECKS, queue: true, checksMs: 2_000 });
      const { advance, number } = await openRevert(target, "squash");
      const answer = await until(() => advance("merge"));
      expect(answer.outcome).toBe("done");
      expect(answer.sentence).toContain("may not jump it");
      expect(target.queued()).toEqual([number]);
    });

    test("once its group failed it goes in again at the front; after that a person is asked, once for each time", async () => {
      const { target, advance, fail, merge, number } = await queued();
      await fail();
      expect(await merge()).toMatchObject({
        ...{ state: "stuck" },
        detail: "taken out of the merge queue: the checks of its group failed",
      });
      expect(await advance("merge")).toEqual({
        outcome: "done",
        sentence:
          "Put at the front of the merge queue again: it was taken out of the merge queue: the checks of its group failed.",
      });
      await fail();
      const asked = await advance("merge");
      expect(asked).toMatchObject({
        outcome: "refused",
        sentence:
          "It was taken out of the merge queue: the checks of its group failed, 2 times by now. Somebody has to decide whether it goes in again.",
        who: "anybody who may merge in acme/shop",
        memo: expect.stringMatching(/./),
      });
      expect(await advance("merge")).toEqual(asked);
      expect(target.queued()).toEqual([]);
      expect(await advance("merge", null, asked.memo)).toMatchObject({ outcome: "done" });
      await fail();
      // The answer was for the time before.
      const third = await advance("merge", null, asked.memo);
      expect(third).toMatchObject({ outcome: "refused" });
      expect(third.memo).not.toBe(asked.memo);
      expect(target.pull(number).isMerged).toBe(false);
    });

    test("who took it out of the queue is named, and it isn't put back by itself", async () => {
      const { target, advance, merge, number } = await queued();
      target.dequeue(number, "hugo");
      expect(await merge()).toMatchObject({
        ...{ state: "stuck", detail: "taken out of the merge queue by hugo" },
      });
      const asked = await advance("merge");
      expect(asked).toMatchObject({
        outcome: "refused",
        sentence:
          "It was taken out of the merge queue by hugo. Somebody has to decide whether it goes in again.",
      });
      expect(target.queued()).toEqual([]);
      expect(await advance("merge", asked.memo, asked.memo)).toMatchObject({ outcome: "done" });
      expect(target.queued()).toEqual([number]);
      expect(await merge()).toMatchObject({ state: "running" });
    });

    test("a revert whose own check is red by now isn't put in again", async () => {
      const { target, advance, fail, number } = await queued();
      target.post(target.pull(number).head, "failure", "ci");
      await fail();
      expect(await advance("merge")).toMatchObject({ outcome: "later" });
      expect(target.queued()).toEqual([]);
    });

    test("where policy lets us, a queued revert is taken out and merged at once", async () => {
      const target = await start({ contexts: CHECKS, queue: true, checksMs: 2_000 });
      const settings = { revert: { merge: "now" } };
      const { advance, number } = await openRevert(target, "squash", { as: "owner", settings });
      await queue(target, number);
      expect(await advance("merge")).toEqual({
        outcome: "later",
        sentence: "Taken out of the merge queue; it is merged next.",
      });
      expect(await until(() => advance("merge"))).toMatchObject({ outcome: "done" });
      expect(target.pull(number)).toMatchObject({ isMerged: true, method: "squash" });
    });
  });
}
