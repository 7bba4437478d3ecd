import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { arm, newKey } from "@/lib/server/test-press";
import { mergeFiles } from "@/lib/server/test-release";
import {
  advanceOnce,
  advanceUntil,
  aheadOf,
  CHECKS,
  openedRevert,
  stageOf,
  writesSince,
} from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { getRestoration } from "./get-restoration";
import { previewLever } from "./preview-lever";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.github.setProtection({ checks: true, contexts: CHECKS, reviews: 0, strict: false });
  world.github.setMerging({ autoMerge: true });
  world.github.setMergeQueue(null);
});
afterAll(() => world.stop());

/**
 * A label, reviewers and what has it merged, none of them twice. GitHub refuses auto-merge when the last check
 * turned green a moment before, and is then asked to merge instead.
 */
function expectEachOnce(writes: string[]): void {
  const merging = writes.filter((one) => /PullRequest/.test(one));
  expect(merging.length).toBeGreaterThan(0);
  expect(writes).toHaveLength(merging.length + 2);
  expect(new Set(writes).size).toBe(writes.length);
}

eachDatabase("an opened revert", (database) => {
  const withClock = () => aheadOf(world, database().db);
  const opened = (ctx: Ctx) => openedRevert(ctx, world);
  const stepsIn = (ctx: Ctx) => ctx.db.revertStep.findMany({ orderBy: { step: "asc" } });

  test("is labelled, its reviewers are asked, and GitHub merges it: each seen, each once", async () => {
    const { ctx } = withClock();
    const { id, number } = await opened(ctx);
    const writes = writesSince(world);
    await advanceOnce(ctx);
    expect(world.github.pullRequest(number)?.labels).toEqual(["known-good"]);
    const done = await advanceUntil(ctx, id, ({ stages }) => stageOf(stages, "Merge") === "done");
    expect(world.github.pullRequest(number)?.merge).not.toBeNull();
    expect(done.stages.map(({ name, state }) => [name, state])).toEqual([
      ["Label", "done"],
      ["Reviewers", "done"],
      ["Checks", "done"],
      ["Merge", "done"],
      ["Delivery", "running"],
      ["Rollout", "waiting"],
    ]);
    expect(done.receipts.map(({ sentence }) => sentence).join("\n")).toMatch(
      /Labelled known-good\.\nAsked for a review: ann\.\n/,
    );
    const made = writes();
    expectEachOnce(made);
    await advanceOnce(ctx);
    expect(writes()).toEqual(made);
    const audit = await ctx.db.auditEntry.findMany({ where: { subject: id } });
    const actions = audit.map(({ action }) => action);
    expect(actions.filter((one) => /^revert-(label|reviewers|merge)-done$/.test(one))).toHaveLength(
      3,
    );
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    const row = await ctx.db.restoration.findFirstOrThrow();
    expect(row.plan).toMatchObject({
      revertHead: world.github.pullRequest(number)?.headSha,
      mergeCommit: world.github.pullRequest(number)?.merge?.sha,
    });
  });

  test("several replicas at once do each step once", async () => {
    const { ctx } = withClock();
    const { id, number } = await opened(ctx);
    const writes = writesSince(world);
    const replicas = Array.from({ length: 5 }, () => withClock().ctx);
    await Promise.all(replicas.map((one) => advanceOnce(one, { isAlone: false })));
    const done = await advanceUntil(ctx, id, ({ stages }) => stageOf(stages, "Merge") === "done");
    expect(done.receipts.filter(({ sentence }) => /^Labelled/.test(sentence))).toHaveLength(1);
    expectEachOnce(writes());
    expect(world.github.pullRequest(number)?.merge).not.toBeNull();
  });

  test("an answer that is lost is found done, and nothing is sent a second time", async () => {
    const { ctx, pass } = withClock();
    const { id } = await opened(ctx);
    const writes = writesSince(world);
    await world.github.faults.set({ applyThenFail: "drop" });
    await advanceOnce(ctx);
    const [label] = (await stepsIn(ctx)).filter(({ step }) => step === "label");
    expect(label).toMatchObject({ state: "later", tries: 1 });
    // Too early: it isn't even read again.
    const before = world.github.requests.length;
    await advanceOnce(ctx);
    expect(world.github.requests.slice(before).map(({ operation }) => operation)).toEqual([]);
    pass(15_000);
    await advanceOnce(ctx);
    expect((await stepsIn(ctx)).find(({ step }) => step === "label")).toMatchObject({
      ...{ state: "unneeded", tries: 2, sentence: "It is labelled known-good." },
    });
    expect(writes().filter((one) => one.includes("/labels"))).toHaveLength(1);
    const { restoration } = await getRestoration(ctx, id);
    expect(restoration.receipts.map(({ sentence }) => sentence)).toContain(
      "It is labelled known-good.",
    );
  });

  test("a merge that was refused is stuck, says who can do it and how, and is followed on", async () => {
    const { ctx, pass } = withClock();
    world.github.setProtection({ checks: false, contexts: [], reviews: 0 });
    const { id, number, incidentId } = await opened(ctx);
    const head = world.github.pullRequest(number)?.headSha ?? "";
    world.github.postStatus(head, "lint", "failure");
    const seen = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "stuck",
      () => pass(3_000),
    );
    const words = `lint failed. Its branch doesn't require it, so somebody has to decide whether the revert is merged all the same. It can be done by anybody who may merge in acme/shop.`;
    expect(seen.stages.find(({ name }) => name === "Merge")?.detail).toBe(words);
    expect(stageOf(seen.stages, "Reviewers")).toBe("done");
    expect(seen).toMatchObject({
      state: "accepted",
      commands: [`gh pr merge ${number} -R acme/shop --squash`],
    });
    // Rights may be given: it is tried again, and told once.
    pass(120_000);
    await advanceOnce(ctx);
    const merge = (await stepsIn(ctx)).find(({ step }) => step === "merge");
    expect(merge?.tries).toBeGreaterThan(1);
    const { entries } = await getIncidentView(ctx, { id: incidentId });
    const told = entries.filter(({ text }) => text === `${id} isn’t merged by itself: ${words}`);
    expect(told).toHaveLength(1);
    await world.github.merge(number);
    pass(5_000);
    const merged = await advanceUntil(ctx, id, ({ stages }) => stageOf(stages, "Merge") === "done");
    expect(merged.commands).toEqual([]);
  });

  test("a competing merge that it conflicts with is told, with the commands that resolve it", async () => {
    const { ctx, pass } = withClock();
    world.github.setProtection({ contexts: [...CHECKS, "never"] });
    const { id, number } = await opened(ctx);
    await advanceOnce(ctx);
    const { files } = await ctx.sources.get("code", "code").pull("acme/shop", number);
    const path = files[0]?.path ?? "";
    const competing = { [path]: "export const competing = true;\n" };
    const other = await mergeFiles(world, competing, "Use the mistake");
    const seen = await advanceUntil(
      ctx,
      id,
      ({ stages }) =>
        /changed again since/.test(stages.find((one) => one.name === "Merge")?.detail ?? ""),
      () => pass(3_000),
    );
    const merge = seen.stages.find((one) => one.name === "Merge");
    expect(merge?.state).toBe("stuck");
    const cause = `${path} changed again since, by #${other.number} “Use the mistake”.`;
    expect(merge?.detail).toContain(`It conflicts with main by now`);
    expect(merge?.detail).toContain(cause);
    expect(seen.commands).toContain(`gh pr checkout ${number} -R acme/shop`);
    expect(seen.receipts.some(({ sentence }) => sentence.includes(cause))).toBe(true);
  });

  test("a revert that GitHub can't make says since which merges, and how to make it by hand", async () => {
    const { ctx } = withClock();
    const input = await arm(ctx, world, "revert");
    if (input.target.lever !== "revert") throw new Error("It is no revert.");
    const { number } = input.target;
    const { files } = await ctx.sources.get("code", "code").pull("acme/shop", number);
    const path = files[0]?.path ?? "";
    const other = await mergeFiles(world, { [path]: "export const x = 2;\n" }, "Build on it");
    const cause = `${path} changed again since, by #${other.number} “Build on it”`;
    const { warnings } = await previewLever(ctx, input.target);
    expect(warnings.map(({ sentence }) => sentence).join("\n")).toContain(cause);
    await expect(restore(ctx, { ...input, key: newKey() })).rejects.toMatchObject({
      ...{ code: "by-hand", sentence: expect.stringContaining(cause) },
    });
    const [restoration] = (await getIncidentView(ctx, { id: input.incidentId })).restorations;
    expect(restoration).toMatchObject({
      ...{ state: "failed", acceptedAt: null },
      failure: { code: "by-hand", sentence: expect.stringContaining(cause) },
      receipts: [{}, { sentence: expect.stringContaining(cause) }],
    });
    expect(restoration?.commands.join("\n")).toMatch(/git revert --no-edit [0-9a-f]{40}/);
  });

  test("where auto-merge isn't allowed it is merged from here once its checks are green", async () => {
    const { ctx, pass } = withClock();
    world.github.setMerging({ autoMerge: false });
    world.github.setProtection({ contexts: CHECKS, reviews: 1 });
    const { id, number } = await opened(ctx);
    const seen = await advanceUntil(ctx, id, ({ stages }) =>
      stages.some(({ name, detail }) => name === "Merge" && /allow auto-merge/.test(detail ?? "")),
    );
    expect(stageOf(seen.stages, "Review")).toBe("waiting");
    await expect
      .poll(() => advanceUntil(ctx, id, () => true).then((one) => stageOf(one.stages, "Checks")))
      .toBe("done");
    world.github.approve(number, "hugo");
    pass(60_000);
    await advanceUntil(ctx, id, ({ stages }) => stageOf(stages, "Merge") === "done");
    expect(world.github.pullRequest(number)?.merge).not.toBeNull();
  });

  test("a merge queue is joined, and passed through", async () => {
    world.github.setMergeQueue({});
    onTestFinished(() => world.github.setMergeQueue(null));
    const { ctx, pass } = withClock();
    const { id, number } = await opened(ctx);
    let turns = 0;
    const done = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => {
        turns += 1;
        if (turns % 5 === 0) pass(15_000);
      },
    );
    expect(done.receipts.map(({ sentence }) => sentence).join("\n")).toMatch(
      /Put at the (front|end) of the merge queue/,
    );
    expect(world.github.pullRequest(number)?.merge).not.toBeNull();
  });

  test("one that is closed is over: nothing more is done to it", async () => {
    const { ctx, pass } = withClock();
    world.github.setProtection({ contexts: [...CHECKS, "never"] });
    const { id, number } = await opened(ctx);
    await advanceOnce(ctx);
    const response = await fetch(`${world.addresses.github}/repos/acme/shop/pulls/${number}`, {
      method: "PATCH",
      headers: { authorization: "Bearer kg-code", "content-type": "application/json" },
      body: JSON.stringify({ state: "closed" }),
    });
    expect(response.status).toBe(200);
    pass(5_000);
    const closed = await advanceUntil(ctx, id, ({ state }) => state === "failed");
    expect(closed.failure).toMatchObject({ code: "closed" });
    const writes = writesSince(world);
    pass(600_000);
    await advanceOnce(ctx);
    expect(writes()).toEqual([]);
  });
});
