import { describe, expect, test } from "vitest";
import type { GuardTarget, StartGuard } from "./guard-target";
import { CHECKS, openRevert, until } from "./revert-steps.contract";

/** Put into the queue as soon as that is allowed. */
function queue(target: GuardTarget, number: number): Promise<void> {
  const attempt = () =>
    target.enqueue(number).then(
      () => true,
      () => false,
    );
  return expect.poll(attempt, { timeout: 20_000 }).toBe(true);
}

/** How a revert gets through a merge queue. */
export function revertQueueContract(title: string, start: StartGuard): void {
  describe(`a revert and the merge queue on ${title}`, () => {
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
