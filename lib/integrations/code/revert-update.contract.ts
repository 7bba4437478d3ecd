import { describe, expect, test } from "vitest";
import type { GuardTarget, StartGuard } from "./guard-target";
import { CHECKS, openRevert, until } from "./revert-steps.contract";

const strict = { contexts: CHECKS, strict: true };

/** Something else is merged in front of the revert. */
const moveOn = (target: GuardTarget, path = "src/other.ts", text = "1\n") =>
  target.push(target.branch, path, text);

const updates = (target: GuardTarget) =>
  target.faults.writes().filter((name) => name === "updatePullRequestBranch").length;

/** How a revert is brought up to date with a branch that requires it. */
export function revertUpdateContract(title: string, start: StartGuard): void {
  describe(`a revert that is behind its branch on ${title}`, () => {
    test("is brought up to date once for each head of the base, and merged by auto-merge", async () => {
      const target = await start({ ...strict, checksMs: 400 });
      const { advance, number, source } = await openRevert(target, "squash");
      expect(await advance("update")).toMatchObject({ outcome: "unneeded" });
      const base = await moveOn(target);
      const { head } = target.pull(number);
      const stages = async () =>
        (await source.revertProgress(target.repository, number)).stages.map(({ name, state }) => [
          name,
          state,
        ]);
      expect(await stages()).toEqual([
        ["Update", "waiting"],
        ["Checks", "waiting"],
        ["Merge", "waiting"],
      ]);
      expect(await advance("merge")).toMatchObject({ outcome: "done" });
      const answer = await advance("update");
      expect(answer).toMatchObject({
        ...{ outcome: "done", memo: expect.stringMatching(`^${head} ${base} `) },
        sentence: `Brought up to date with main at ${base.slice(0, 7)}: its checks run again.`,
      });
      const updated = target.pull(number).head;
      expect(await target.parents(updated)).toEqual([head, base]);
      expect(await advance("update", answer.memo)).toMatchObject({ outcome: "unneeded" });
      expect((await stages())[0]).toEqual(["Checks", "running"]);
      expect(updates(target)).toBe(1);
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
    });

    test("what GitHub was asked for isn't asked for again; what it never does is left to people", async () => {
      const target = await start({ ...strict, checksMs: 60_000 });
      const { advance, number, reverts } = await openRevert(target, "squash");
      const base = await moveOn(target);
      const memo = `${target.pull(number).head} ${base} ${new Date().toISOString()}`;
      expect(await advance("update", memo)).toEqual({
        outcome: "later",
        sentence: "GitHub is merging main into it.",
      });
      const now = () => new Date(Date.now() + 200_000);
      const { guard } = target.connect({ now });
      const request = { repository: target.repository, number, reverts, memo };
      expect(await guard.advanceRevert({ ...request, step: "update" })).toMatchObject({
        ...{ outcome: "refused", who: "anybody who may write to acme/shop" },
        commands: [`gh pr update-branch ${number} -R acme/shop`],
      });
      expect(updates(target)).toBe(0);
      // The base moved on: another question.
      await moveOn(target, "src/more.ts");
      expect(await advance("update", memo)).toMatchObject({ outcome: "done" });
    });

    test("an answer that is lost is found done", async () => {
      const target = await start({ ...strict, checksMs: 60_000 });
      const { advance } = await openRevert(target, "squash");
      await moveOn(target);
      await target.faults.applyThenFail("drop");
      await expect(advance("update")).rejects.toMatchObject({ mayHaveActed: true });
      expect(await advance("update")).toMatchObject({ outcome: "unneeded" });
      expect(updates(target)).toBe(1);
    });

    test("while a review is missing it is brought up to date once, and again when it is approved", async () => {
      const target = await start({ ...strict, reviews: 1, checksMs: 60_000 });
      const { advance, number } = await openRevert(target, "squash");
      await moveOn(target);
      const first = await advance("update");
      expect(first.outcome).toBe("done");
      await moveOn(target, "src/more.ts");
      expect(await advance("update", first.memo)).toMatchObject({
        ...{ outcome: "later", sentence: expect.stringContaining("once it is approved") },
      });
      target.approve(number, "hugo");
      expect(await advance("update", first.memo)).toMatchObject({ outcome: "done" });
    });

    test("credentials that may not are named, with the command; a setting leaves it to people", async () => {
      const target = await start({ ...strict, checksMs: 60_000 });
      const { number, reverts } = await openRevert(target, "squash");
      await moveOn(target);
      const request = { repository: target.repository, number, reverts, step: "update" as const };
      const { guard } = target.connect({ as: "reader" });
      const refused = await guard.advanceRevert(request);
      expect(refused).toMatchObject({
        outcome: "refused",
        sentence: expect.stringContaining("may not bring its branch up to date"),
        who: expect.stringContaining("whoever manages the GitHub token or App"),
        commands: [`gh pr update-branch ${number} -R acme/shop`],
      });
      const settings = { revert: { merge: "by-hand" } };
      const byHand = await target.connect({ settings }).guard.advanceRevert(request);
      expect(byHand).toMatchObject({ outcome: "unneeded" });
      expect(byHand.sentence).toContain("left to people");
    });

    test("a conflict comes first: the merge names the files, and how it is resolved", async () => {
      const target = await start({ ...strict, checksMs: 60_000 });
      const { advance, number } = await openRevert(target, "squash");
      await moveOn(target, "orders/keep.ts", "2\n");
      expect(await until(() => advance("update"))).toMatchObject({
        ...{ outcome: "unneeded", sentence: "It conflicts with main, which comes first." },
      });
      expect(await until(() => advance("merge"))).toMatchObject({
        ...{ outcome: "refused", sentence: expect.stringContaining("It conflicts with main") },
        commands: expect.arrayContaining([`gh pr checkout ${number} -R acme/shop`]),
      });
      expect(updates(target)).toBe(0);
    });

    test("a merge queue needs no update: it tries its entries on top of the base", async () => {
      const target = await start({ ...strict, queue: true });
      const { advance, number, source } = await openRevert(target, "squash", { as: "owner" });
      await moveOn(target);
      const answer = await advance("update");
      expect(answer).toEqual({
        outcome: "unneeded",
        sentence: "The merge queue tries it on top of main: its branch needs no update.",
      });
      const { stages } = await source.revertProgress(target.repository, number);
      expect(stages.map(({ name }) => name)).not.toContain("Update");
      expect(await until(() => advance("merge"))).toMatchObject({ outcome: "done" });
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
      expect(updates(target)).toBe(0);
    });

    test("the lever says beforehand what it costs", async () => {
      const target = await start(strict);
      const { guard } = target.connect();
      const query = { ...target, number: target.merged.squash };
      const said = async () => (await guard.revertPath(query)).checks.join("\n");
      expect(await said()).toContain("main requires branches to be up to date");
      target.ask({ queue: true });
      expect(await said()).not.toContain("up to date");
    });
  });
}
