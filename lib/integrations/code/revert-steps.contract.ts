import { describe, expect, test } from "vitest";
import type { RevertStep, RevertStepAnswer } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import type { GuardAccount, GuardTarget, MergedKey, StartGuard } from "./guard-target";
import { holdOf } from "./merge-hold.contract";

/** What the product's continuous integration reports. */
export const CHECKS = ["ci / build", "ci / test"];

/** An opened revert of a merged pull request, and its steps. */
export async function openRevert(
  target: GuardTarget,
  key: MergedKey,
  options: { as?: GuardAccount; settings?: Record<string, unknown> } = {},
) {
  const source = target.connect(options);
  const { repository } = target;
  const reverts = target.merged[key];
  const { headCommit } = await source.pull(repository, reverts);
  const answer = await source.revert({
    repository,
    number: reverts,
    seenHead: headCommit,
    restorationId: "R-1",
    incidentId: "INC-1",
    incidentUrl: "https://console.example/incidents/INC-1",
  });
  if (answer.outcome !== "accepted") throw new Error(JSON.stringify(answer));
  const { number } = answer;
  const advance = (step: RevertStep, memo: string | null = null, wish: string | null = null) =>
    source.guard.advanceRevert({ repository, number, reverts, step, memo, wish });
  return { source, number, reverts, advance };
}

/** Takes a step as the follower does: again while it is too early for it. */
export async function until(
  advance: () => Promise<RevertStepAnswer>,
  isEnough = (answer: RevertStepAnswer) => answer.outcome !== "later",
): Promise<RevertStepAnswer> {
  for (let turn = 0; ; turn += 1) {
    const answer = await advance();
    if (isEnough(answer)) return answer;
    if (turn > 200) throw new Error(JSON.stringify(answer));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const mutations = (target: GuardTarget) =>
  target.faults.writes().filter((name) => name.endsWith("PullRequest") || /Auto/.test(name));

/** What happens to a revert once it is open, until it is merged. */
export function revertStepsContract(title: string, start: StartGuard): void {
  describe(`the steps of an opened revert on ${title}`, () => {
    test("it is labelled once, by a label that is made for it", async () => {
      const target = await start();
      const { advance, number } = await openRevert(target, "squash");
      expect(await advance("label")).toEqual({ outcome: "done", sentence: "Labelled known-good." });
      expect(target.pull(number).labels).toContain("known-good");
      const before = target.faults.writes().length;
      expect(await advance("label")).toMatchObject({ outcome: "unneeded" });
      expect(target.faults.writes().length).toBe(before);
      const none = await openRevert(target, "rebase", { settings: { revert: { label: "" } } });
      expect(await none.advance("label")).toMatchObject({ outcome: "unneeded" });
    });

    test("its owners and who wrote the original are asked for a review, each once", async () => {
      const target = await start({ reviews: 1 });
      const { advance, number, source } = await openRevert(target, "squash");
      const answer = await advance("reviewers");
      expect(answer).toEqual({ outcome: "done", sentence: "Asked for a review: ann." });
      // The owners of orders/ were asked by the product itself, when it was opened.
      expect(target.pull(number).asked.sort()).toEqual(["ann", "hugo", "orders"]);
      expect(await advance("reviewers")).toMatchObject({ outcome: "unneeded" });
      const { stages } = await source.revertProgress(target.repository, number);
      expect(stages.find(({ name }) => name === "Review")?.detail).toBe(
        "orders, hugo and ann were asked to approve it",
      );
      target.approve(number, "hugo");
      expect(await advance("reviewers")).toEqual({
        outcome: "unneeded",
        sentence: "It is approved already.",
      });
    });

    test("an owner who left doesn't keep the others from being asked", async () => {
      const target = await start();
      const { advance, number } = await openRevert(target, "merge");
      const answer = await advance("reviewers");
      expect(answer.outcome).toBe("done");
      expect(answer.sentence).toMatch(/^Asked for a review: ann\. GitHub didn't ask the owners/);
      expect(target.pull(number).asked).toEqual(["ann"]);
    });

    test("credentials that may only read are named at every step", async () => {
      const target = await start();
      const { number, reverts } = await openRevert(target, "squash");
      const { guard } = target.connect({ as: "reader" });
      const request = { repository: target.repository, number, reverts };
      for (const step of ["label", "reviewers", "merge"] as const) {
        const answer = await until(() => guard.advanceRevert({ ...request, step }));
        expect(answer.outcome, step).toBe("refused");
        if (answer.outcome === "refused") {
          expect(answer.who).toContain("whoever manages the GitHub token or App");
          expect(answer.commands.length).toBeGreaterThan(0);
        }
      }
      expect(target.pull(number)).toMatchObject({ isMerged: false, labels: [] });
    });

    test.each(["merge", "squash", "rebase"] as const)(
      "where nothing is required it is merged by %s as soon as its checks are over",
      async (key) => {
        const target = await start();
        const { advance, number } = await openRevert(target, key);
        const answer = await until(() => advance("merge"));
        expect(answer).toEqual({ outcome: "done", sentence: `Merged by ${key}.` });
        expect(target.pull(number)).toMatchObject({ isMerged: true, method: key });
        expect(await advance("merge")).toMatchObject({ outcome: "unneeded" });
        expect(mutations(target)).toEqual(["revertPullRequest", "mergePullRequest"]);
      },
    );

    test("auto-merge waits for required checks, by a method that is allowed", async () => {
      const target = await start({
        contexts: CHECKS,
        methods: ["squash", "rebase"],
        checksMs: 1_500,
      });
      const { advance, number, source } = await openRevert(target, "merge");
      expect(await advance("merge")).toMatchObject({ outcome: "done" });
      expect(target.pull(number).autoMerge).toBe("rebase");
      expect(await advance("merge")).toEqual({
        outcome: "unneeded",
        sentence: "Auto-merge is on, turned on by writer.",
      });
      const progress = () => source.revertProgress(target.repository, number);
      const { stages } = await progress();
      const merge = stages.find(({ name }) => name === "Merge");
      expect(merge?.detail).toBe(
        "GitHub merges it by rebase when everything is ready, turned on by writer",
      );
      expect(merge?.startedAt).toMatch(/^\d{4}-/);
      const checks = stages.find(({ name }) => name === "Checks");
      expect(checks).toMatchObject({ usualFrom: "the last 5 merges into main" });
      expect(checks?.usualMs).toBeGreaterThan(0);
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
      expect((await progress()).pull.state).toBe("merged");
    });

    test("auto-merge waits for a required review", async () => {
      const target = await start({ contexts: CHECKS, reviews: 1 });
      const { advance, number } = await openRevert(target, "squash");
      expect(await advance("merge")).toMatchObject({ outcome: "done" });
      target.approve(number, "hugo");
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
    });

    test("where auto-merge isn't allowed it is merged from here when it is ready, and never before", async () => {
      const target = await start({ contexts: CHECKS, reviews: 1, autoMerge: false });
      const { advance, number } = await openRevert(target, "squash");
      const first = await advance("merge");
      expect(first.outcome).toBe("later");
      expect(first.sentence).toContain("doesn't allow auto-merge");
      target.approve(number, "hugo");
      expect(await until(() => advance("merge"))).toMatchObject({ outcome: "done" });
      expect(target.pull(number).isMerged).toBe(true);
      expect(mutations(target)).toEqual(["revertPullRequest", "mergePullRequest"]);
    });

    test("an administrator's credentials don't pass required checks by either", async () => {
      const target = await start({ contexts: [...CHECKS, "never"], checksMs: 20 });
      const settings = { revert: { merge: "now" } };
      const { advance, number } = await openRevert(target, "squash", { as: "owner", settings });
      await advance("merge");
      await advance("merge");
      expect(target.pull(number).isMerged).toBe(false);
    });

    test("people merge it where the settings leave it to them", async () => {
      const target = await start();
      const settings = { revert: { merge: "by-hand" } };
      const { advance, number } = await openRevert(target, "squash", { settings });
      expect(await advance("merge")).toMatchObject({ outcome: "unneeded" });
      expect(target.pull(number).isMerged).toBe(false);
    });

    test("a frozen branch stays frozen, and the revert passes: by the status, and by the ruleset", async () => {
      const target = await start({ contexts: ["known-good/freeze"] });
      const { advance, number, source } = await openRevert(target, "squash");
      const other = await target.open("other");
      const hold = holdOf(target, { allowedPulls: [number] });
      expect(await source.guard.holdMerges(hold)).toMatchObject({ outcome: "held" });
      await until(() => advance("merge"));
      await expect.poll(() => target.pull(number).isMerged, { timeout: 20_000 }).toBe(true);
      expect(await target.mergeAs("ann", other.number)).toContain("known-good/freeze");

      target.ask({ contexts: CHECKS });
      const settings = { freeze: { by: "ruleset" } };
      const second = await openRevert(target, "rebase", { as: "owner", settings });
      const held = await second.source.guard.holdMerges(holdOf(target));
      expect(held).toMatchObject({ outcome: "held" });
      expect(await until(() => second.advance("merge"))).toMatchObject({ outcome: "done" });
      expect(target.pull(second.number).isMerged).toBe(true);
      expect(await target.mergeAs("ann", other.number)).not.toBeNull();
    });

    test.each([
      ["label", "drop"],
      ["reviewers", 502],
      ["merge", 500],
    ] as const)("a lost answer to %s is unknown, and found done: sent once", async (step, how) => {
      const target = await start();
      const { advance, number, source } = await openRevert(target, "squash");
      const checks = async () => {
        const { stages } = await source.revertProgress(target.repository, number);
        return stages.find(({ name }) => name === "Checks")?.state;
      };
      await expect.poll(checks, { timeout: 20_000 }).toBe("done");
      const before = target.faults.writes().length;
      await target.faults.applyThenFail(how);
      const lost = await advance(step).then(
        () => null,
        (error: unknown) => error,
      );
      expect(lost).toBeInstanceOf(SourceError);
      expect(lost).toMatchObject({ mayHaveActed: true });
      expect(await advance(step)).toMatchObject({ outcome: "unneeded" });
      expect(target.faults.writes().length).toBe(before + 1);
    });

    test("what is closed, gone or can't be asked says so", async () => {
      const target = await start();
      const { advance, number, reverts, source } = await openRevert(target, "squash");
      const request = { repository: target.repository, reverts, step: "merge" } as const;
      await expect(source.guard.advanceRevert({ ...request, number: 999 })).rejects.toMatchObject({
        code: "not-found",
      });
      await target.faults.set("rate-limited");
      await expect(advance("label")).rejects.toMatchObject({
        code: "rate-limited",
        mayHaveActed: false,
      });
      await target.faults.set("none");
      const { guard } = target.connect();
      const path = `repos/${target.repository}/pulls/${number}`;
      await target.sendAsOwner("PATCH", path, JSON.stringify({ state: "closed" }));
      const closed = await guard.advanceRevert({ ...request, number });
      expect(closed).toMatchObject({ outcome: "refused" });
      expect(closed.sentence).toContain("closed without being merged");
    });
  });
}
