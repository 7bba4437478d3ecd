import { describe, expect, test } from "vitest";
import type { StartGuard } from "./guard-target";
import { holdOf } from "./merge-hold.contract";
import { CHECKS, openRevert, until } from "./revert-steps.contract";

/** What of a revert's branch is what was reviewed. */
export function revertHeadsContract(title: string, start: StartGuard): void {
  describe(`the heads of a revert on ${title}`, () => {
    test("its base merged into it is what was reviewed, any number of times; a push isn't", async () => {
      const target = await start({ contexts: CHECKS, strict: true, checksMs: 60_000 });
      const { advance, number, source } = await openRevert(target, "squash");
      const first = target.pull(number).head;
      const isUpdate = (head: string, known = [first]) =>
        source.guard.isUpdateOf?.({ repository: target.repository, number, known, head });
      const update = async (turn: number) => {
        await target.push(target.branch, `src/other-${turn}.ts`, "1\n");
        const answer = await advance("update");
        expect(answer).toMatchObject({ outcome: "done" });
        return target.pull(number).head;
      };
      expect(await isUpdate(first)).toBe(true);
      const second = await update(1);
      const third = await update(2);
      expect(await isUpdate(second)).toBe(true);
      expect(await isUpdate(third)).toBe(true);
      const pushed = await target.push(target.pull(number).branch, "src/mine.ts", "1\n", "mallory");
      expect(target.pull(number).head).toBe(pushed);
      expect(await isUpdate(pushed, [first, second, third])).toBe(false);
      // An update of what was pushed is not what was reviewed, either.
      expect(await isUpdate(await update(3), [first, second, third])).toBe(false);
    });

    test("a merge of the base that holds something else as well isn't", async () => {
      const target = await start({ checksMs: 60_000 });
      const { number, source } = await openRevert(target, "squash");
      const { head: first, branch } = target.pull(number);
      const base = await target.push(target.branch, "src/other.ts", "1\n");
      const head = target.mergeWith({ branch, base, files: { "src/evil.ts": "1\n" } });
      expect(await target.parents(head)).toEqual([first, base]);
      const query = { repository: target.repository, number, known: [first] };
      expect(await source.guard.isUpdateOf?.({ ...query, head })).toBe(false);
      const clean = target.mergeWith({ branch, base, files: {} });
      expect(await source.guard.isUpdateOf?.({ ...query, head: clean })).toBe(true);
    });

    test("what was pushed since is held by the status; ours stays green", async () => {
      const target = await start({ contexts: ["known-good/freeze"], checksMs: 10 });
      const { number, source } = await openRevert(target, "squash");
      const { head, branch } = target.pull(number);
      const hold = { ...holdOf(target), allowedPulls: [], allowedCommits: [head] };
      await source.guard.holdMerges(hold);
      expect(target.status(head)).toMatchObject({ state: "success" });
      const pushed = await target.push(branch, "src/mine.ts", "1\n", "mallory");
      const answer = await source.guard.holdMerges(hold);
      expect(target.status(pushed)).toMatchObject({ state: "failure" });
      expect(answer).toMatchObject({
        outcome: "held",
        pulls: [expect.objectContaining({ number, head: pushed })],
      });
    });

    test("past a lock that lets us pass, only what was reviewed is merged", async () => {
      const target = await start({ checksMs: 10 });
      target.addRuleset({ name: "Freeze", enforcement: "active", bypass: "owner" });
      const { number, reverts, source } = await openRevert(target, "squash", { as: "owner" });
      const { head, branch } = target.pull(number);
      const pushed = await target.push(branch, "src/mine.ts", "1\n", "mallory");
      const merge = (heads: string[]) =>
        source.guard.advanceRevert({
          ...{ repository: target.repository, number, reverts, step: "merge", heads },
        });
      const isJudged = ({ sentence }: { sentence: string }) => /reviewed/.test(sentence);
      const held = await until(() => merge([head]), isJudged);
      expect(held).toEqual({
        outcome: "later",
        sentence: `Its branch ends at ${pushed.slice(0, 7)}, which isn't what was reviewed: it isn't merged past the freeze from here.`,
      });
      expect(target.pull(number).isMerged).toBe(false);
      expect(await until(() => merge([head, pushed]))).toMatchObject({ outcome: "done" });
    });
  });
}
