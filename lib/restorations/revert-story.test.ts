import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { LeverCard } from "@/lib/contracts/lever";
import type { Stage } from "@/lib/contracts/restoration";
import { answerGate } from "@/lib/freezes/answer-gate";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { releaseHold } from "@/lib/holds/release-hold";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { draftFollowUps } from "@/lib/retros/draft-follow-ups";
import { editFollowUp } from "@/lib/retros/edit-follow-up";
import { gatherRetro } from "@/lib/retros/gather-retro";
import { startRetro } from "@/lib/retros/start-retro";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import {
  CONTEXT,
  deliver,
  installPolicy,
  keepFollowing,
  ownByArgo,
  statusOf,
} from "@/lib/server/test-holds";
import { followUntil, learn, learnCode, learnDeploys, newKey } from "@/lib/server/test-press";
import { mergeFiles, deliver as release } from "@/lib/server/test-release";
import { advanceUntil, CHECKS, stageOf } from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewCard } from "./preview-card";
import { restore } from "./restore";

let world: TestWorld;
// Each its own: what another merged would be delivered with the mistake.
beforeEach(async () => {
  world = await startTestWorld();
  await installPolicy(world);
});
afterEach(() => world.stop());

eachDatabase("a rollback, and then the revert of its culprit", (database) => {
  let aheadMs = 0;
  beforeEach(() => {
    aheadMs = 0;
  });
  const clocked = () =>
    ctxOn(world, database().db, { now: () => new Date(Date.now() + aheadMs), name: "Ada" });
  const leverIn = (card: LeverCard, lever: string) =>
    card.levers.find((one) => one.lever === lever);

  /** A mistake that is live as a revision of its own, known with what it carries. */
  async function mistake(ctx: Ctx) {
    world.github.setProtection({ checks: true, contexts: [...CHECKS, CONTEXT] });
    world.signal.valueAt = () => 0.3;
    await learn(ctx, world);
    const name = `src/mistake-${Math.random().toString(36).slice(2, 10)}.ts`;
    const merged = await mergeFiles(
      world,
      { [name]: "export const total = 0;\n" },
      "Round to zero",
    );
    await release(world, merged.mergeSha);
    const carrier = () =>
      ctx.db.change.findFirst({
        where: {
          ...{ kind: "deploy", completedAt: { not: null } },
          carries: { some: { to: { naturalKey: `acme/shop#${merged.number}` } } },
        },
      });
    await expect
      .poll(
        async () => {
          await learnDeploys(ctx, world);
          await learnCode(ctx);
          return (await carrier())?.id ?? null;
        },
        { timeout: 20_000 },
      )
      .not.toBeNull();
    return { ...merged, deployId: (await carrier())?.id ?? "" };
  }

  async function hold(ctx: Ctx) {
    const plans: RunningPlans = new Map();
    await followFreezes(ctx, plans);
    await Promise.all(plans.values());
    const end = new AbortController();
    const following = keepFollowing(ctx, end.signal);
    onTestFinished(async () => {
      end.abort();
      await following;
    });
  }

  test("is one story: frozen, reverted through the freeze, delivered, verified, thawed, to be landed again", async () => {
    const ctx = clocked();
    const { number, deployId } = await mistake(ctx);
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"] },
        harmBeganAt: new Date(ctx.now().getTime() - 60_000).toISOString(),
      },
      { origin: "api" },
    );
    const look = () => previewCard(ctx, { incidentId: incident.id, suspectId: deployId });
    const card = await look();
    expect(leverIn(card, "revert")?.sentence).not.toContain("rolled");

    // Rolled back, and everything else of the service is frozen with it.
    const press = { incidentId: incident.id, suspectId: deployId, wasRecommended: null };
    const back = leverIn(card, "rollback");
    if (!back?.target) throw new Error(JSON.stringify(back?.blockers));
    await restore(ctx, {
      ...{ ...press, target: back.target, seen: back.seen, key: newKey() },
      freeze: { minutes: 60 },
    });
    await hold(ctx);
    await followUntil(ctx, "R-1", ["in-effect"]);
    await expect
      .poll(async () => (await listFreezes(ctx, { state: "on" }))[0]?.holds.map((one) => one.state))
      .toEqual(["held", "held", "held"]);
    const other = await world.github.openPullRequest({
      ...{ title: "Something else", branch: `other-${number}`, author: { login: "ann" } },
      files: { [`src/other-${number}.ts`]: "export {};\n" },
    });

    // The card says what reverting its culprit allows.
    const frozen = await look();
    const revert = leverIn(frozen, "revert");
    expect(revert?.blockers).toEqual([]);
    expect(revert?.target).toMatchObject({ number });
    expect(revert?.sentence).toContain(
      `R-1 rolled checkout back; once #${number} is reverted and delivered, F-1 can be thawed.`,
    );
    expect(frozen.recommendation).toMatchObject({
      lever: "none",
      because: expect.stringContaining(`Next, revert #${number}: R-1 rolled checkout back;`),
    });
    if (!revert?.target) throw new Error("It can't be reverted.");
    const opened = await restore(ctx, {
      ...{ ...press, target: revert.target, seen: revert.seen, key: newKey() },
    });
    const id = opened.restoration?.id ?? "";
    const merged = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => {
        aheadMs += 2_000;
      },
    );
    expect(stageOf(merged.stages, "Delivery")).toBe("running");
    expect(statusOf(world, other.headSha)).toBe("failure");
    await expect(world.github.merge(other.number, "squash", "ann", false)).rejects.toThrow(CONTEXT);

    // Its merge commit passes the gate and the cluster; nothing else does.
    const row = await ctx.db.restoration.findFirstOrThrow({ where: { lever: "revert" } });
    const { mergeCommit } = row.plan as { mergeCommit: string };
    expect((await answerGate(ctx, { service: "checkout", sha: mergeCommit })).open).toBe(true);
    expect((await answerGate(ctx, { service: "checkout", sha: "f".repeat(40) })).open).toBe(false);
    expect(await deliver(world, "registry.example/checkout:0123456789ab")).toContain("by F-1");
    await expect
      .poll(() => release(world, mergeCommit).then(() => true, String), { timeout: 15_000 })
      .toBe(true);
    const done = await advanceUntil(
      ctx,
      id,
      ({ state }) => state === "in-effect",
      () => void learnDeploys(ctx, world),
    );
    expect(done.stages.map(({ name, state }) => [name, state])).toEqual([
      ["Label", "done"],
      ["Reviewers", "done"],
      ["Checks", "done"],
      ["Merge", "done"],
      ["Delivery", "done"],
      ["Rollout", "done"],
    ]);
    const delivery = done.stages.find(({ name }) => name === "Delivery");
    expect(delivery).toMatchObject({
      usualFrom: expect.stringMatching(/^the last (delivery|\d+ deliveries) of checkout$/),
      startedAt: expect.stringMatching(/^\d{4}-/),
    });

    // Verified by the signal; what is left to do is written down once.
    world.signal.valueAt = () => 0.004;
    aheadMs += 120_000;
    await advanceUntil(ctx, id, ({ state }) => state === "verified");
    await startRetro(ctx, { incidentId: incident.id });
    expect(await draftFollowUps(ctx)).toBe(1);
    const { revertNumber } = row.plan as { revertNumber: number };
    const { document } = await gatherRetro(ctx, incident.id);
    const [followUp] = document.followUps;
    expect(followUp).toMatchObject({
      kind: "prevent",
      title: `Land #${number} again once it is fixed, by reverting its revert #${revertNumber}: merging the same branch again brings nothing back`,
    });
    const edit = {
      followUpId: followUp?.id ?? "",
      title: "Land it again",
      version: followUp?.version ?? 0,
    };
    await editFollowUp(ctx, edit);
    expect(await draftFollowUps(ctx)).toBe(0);

    // Nothing waits any more.
    expect((await look()).recommendation.because).not.toContain("Next, revert");
    await thawFreeze(ctx, { id: "F-1" });
    await expect.poll(() => statusOf(world, other.headSha)).toBe("success");
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });

  test("with an owner that was paused for the rollback: Delivery waits for it, and says so", async () => {
    const ctx = clocked();
    const { number, deployId } = await mistake(ctx);
    await ownByArgo(world);
    world.github.setProtection({ checks: true, contexts: CHECKS });
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"] },
        harmBeganAt: new Date(ctx.now().getTime() - 60_000).toISOString(),
      },
      { origin: "api" },
    );
    const press = { incidentId: incident.id, suspectId: deployId, wasRecommended: null };
    const look = () => previewCard(ctx, { incidentId: incident.id, suspectId: deployId });
    const back = leverIn(await look(), "rollback");
    if (!back?.target) throw new Error(JSON.stringify(back?.blockers));
    await restore(ctx, { ...press, target: back.target, seen: back.seen, key: newKey() });
    await followUntil(ctx, "R-1", ["in-effect"]);
    const revert = leverIn(await look(), "revert");
    expect(revert?.sentence).toContain(
      `once #${number} is reverted, resume Argo CD application checkout so that it is delivered.`,
    );
    if (!revert?.target) throw new Error("It can't be reverted.");
    await restore(ctx, { ...press, target: revert.target, seen: revert.seen, key: newKey() });
    const delivery = ({ stages }: { stages: Stage[] }) =>
      stages.find(({ name }) => name === "Delivery")?.detail ?? "";
    const pass = () => {
      aheadMs += 2_000;
    };
    const waits = /Argo CD application checkout is paused for R-1: it delivers nothing until/;
    await advanceUntil(ctx, "R-2", (one) => waits.test(delivery(one)), pass);
    const hold = await ctx.db.hold.findFirstOrThrow({ where: { layer: "argo-cd" } });
    await releaseHold(ctx, { id: `H-${hold.number}` });
    await advanceUntil(
      ctx,
      "R-2",
      (one) => delivery(one) === "merged; waiting for a deploy that carries it",
      pass,
    );
  });
});
