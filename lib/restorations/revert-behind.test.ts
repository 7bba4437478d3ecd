import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import type { CodeGuard, RevertStepAnswer } from "@/lib/integrations/code-guard";
import type { Ctx } from "@/lib/server/context";
import { wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import {
  advanceOnce,
  advanceUntil,
  aheadOf,
  CHECKS,
  moveBaseOn,
  openedRevert,
  stageOf,
  writesSince,
} from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.github.setProtection({ checks: true, contexts: CHECKS, reviews: 0, strict: false });
});
afterAll(() => world.stop());

eachDatabase("a revert whose branch must be up to date", (database) => {
  const withClock = () => aheadOf(world, database().db);
  const opened = (ctx: Ctx) => openedRevert(ctx, world);
  /** The code source answers an update so. */
  const withAnswer = (ctx: Ctx, answer: RevertStepAnswer): Ctx => ({
    ...ctx,
    sources: wrapping(ctx.sources, "code", (source) => {
      const { guard } = source;
      if (!guard) return source;
      const advanceRevert: CodeGuard["advanceRevert"] = async (request) =>
        request.step === "update" ? answer : guard.advanceRevert(request);
      return { ...source, guard: { ...guard, advanceRevert } };
    }),
  });

  test("one that falls behind is brought up to date each time, as a stage of its own, and merged", async () => {
    const { ctx, pass } = withClock();
    world.github.setProtection({ contexts: [...CHECKS, "slow"] });
    const { id, number } = await opened(ctx);
    const writes = writesSince(world);
    const names = ({ stages }: { stages: { name: string }[] }) => stages.map(({ name }) => name);
    await advanceOnce(ctx);
    for (const turn of [1, 2]) {
      const base = await moveBaseOn(world);
      const short = base.slice(0, 7);
      const seen = await advanceUntil(
        ctx,
        id,
        ({ stages }) =>
          stages.some(({ name, detail }) => name === "Update" && detail?.includes(short)),
        () => pass(3_000),
      );
      expect(names(seen).slice(0, 5)).toEqual([
        ...["Label", "Reviewers", "Update", "Checks", "Merge"],
      ]);
      expect(stageOf(seen.stages, "Update")).toBe("done");
      expect(writes().filter((one) => one === "updatePullRequestBranch")).toHaveLength(turn);
    }
    const head = world.github.pullRequest(number)?.headSha ?? "";
    world.github.postStatus(head, "slow", "success");
    const done = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => pass(3_000),
    );
    expect(done.receipts.filter(({ sentence }) => /^Brought up/.test(sentence))).toHaveLength(2);
    expect(stageOf(done.stages, "Update")).toBe("done");
  });

  test("who may not bring it up to date is told, and it is followed on", async () => {
    const { ctx, pass } = withClock();
    const { id, number, incidentId } = await opened(ctx);
    await moveBaseOn(world);
    world.github.setProtection({ contexts: [...CHECKS, "never"] });
    const mayNot = withAnswer(ctx, {
      outcome: "refused",
      sentence: "The GitHub credentials may not bring its branch up to date.",
      who: "anybody who may write to acme/shop",
      commands: [`gh pr update-branch ${number} -R acme/shop`],
    });
    const seen = await advanceUntil(
      mayNot,
      id,
      ({ stages }) => stageOf(stages, "Update") === "stuck",
      () => pass(3_000),
    );
    expect(seen.commands).toEqual([`gh pr update-branch ${number} -R acme/shop`]);
    const { entries } = await getIncidentView(ctx, { id: incidentId });
    const told = entries.filter(({ text }) => text.includes("isn’t brought up to date by itself"));
    expect(told).toHaveLength(1);
    // Rights were given: it is tried again.
    pass(700_000);
    const done = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Update") === "done",
      () => pass(3_000),
    );
    expect(done.commands).toEqual([]);
  });
});
