import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Stage } from "@/lib/contracts/restoration";
import { allowDelivery } from "@/lib/freezes/allow-delivery";
import { answerGate } from "@/lib/freezes/answer-gate";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { followOnce, lookNow, requireStatus, statusOf } from "@/lib/server/test-holds";
import {
  advanceOnce,
  advanceUntil,
  aheadOf,
  CHECKS,
  moveBaseOn,
  openedRevert,
  stageOf,
} from "@/lib/server/test-revert";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { followRestorations } from "./follow-restorations";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
  requireStatus(world);
});
beforeEach(() => {
  world.reset();
  const contexts = [...CHECKS, "known-good/freeze", "slow"];
  world.github.setProtection({ checks: true, contexts, reviews: 0, strict: false });
});
afterAll(() => world.stop());

eachDatabase("a revert that passes a freeze", (database) => {
  const on = async (ctx: Ctx) => (await listFreezes(ctx, { state: "on" }))[0];
  /** Everything is frozen, and the revert on its way. */
  const frozen = async () => {
    const { ctx, pass } = aheadOf(world, database().db);
    const { id, number, incidentId } = await openedRevert(ctx, world);
    const at = new Date();
    await ctx.db.freeze.create({
      data: {
        ...{ services: [], reason: "Everything waits", by: "Bob" },
        ...{ incidentNumber: Number(incidentId.slice(4)) },
        ...{ createdAt: at, until: new Date(at.getTime() + 36_000_000), planDueAt: at },
      },
    });
    const plans: RunningPlans = new Map();
    await followFreezes(ctx, plans);
    await Promise.all(plans.values());
    await followOnce(ctx);
    const pull = world.github.pullRequest(number);
    if (!pull) throw new Error("The revert wasn't opened.");
    const seen = (head: string) =>
      advanceUntil(
        ctx,
        id,
        ({ stages }) =>
          stages.some(({ name, detail }) => name === "Merge" && detail?.includes(head.slice(0, 7))),
        () => pass(3_000),
      );
    const gate = async (sha: string) => (await answerGate(ctx, { service: "checkout", sha })).open;
    const thaw = async () => {
      const freeze = await on(ctx);
      if (freeze) await thawFreeze(ctx, { id: freeze.id });
      await followOnce(ctx);
    };
    return { ctx, pass, id, number, pull, seen, gate, thaw };
  };
  const push = (branch: string) => {
    const files = { [`pushed/${Date.now()}.txt`]: "x\n" };
    return world.github.push({ branch, message: "Sneak in", files, author: { login: "mallory" } });
  };

  test("is held once somebody pushes onto its branch, as merged too, until a responder lets it through", async () => {
    const { ctx, pass, id, number, pull, seen, gate, thaw } = await frozen();
    const opened = pull.headSha;
    expect(statusOf(world, opened)).toBe("success");
    expect(await gate(opened)).toBe(true);
    const pushed = await push(pull.headRef);
    const held = await seen(pushed);
    expect(held.stages.find(({ name }) => name === "Merge")).toMatchObject({
      state: "stuck",
      detail: `somebody pushed ${pushed.slice(0, 7)} onto the revert’s branch since: F-1 holds it like any other delivery until a responder lets it through`,
    });
    await lookNow(ctx);
    expect(statusOf(world, pushed)).toBe("failure");
    expect(await gate(pushed)).toBe(false);
    const value = `acme/shop#${number}`;
    const waiting = async () =>
      (await on(ctx))?.heldDeliveries.filter(({ letThroughAt }) => letThroughAt === null);
    expect((await waiting())?.map((one) => one.value)).toContain(value);
    const freeze = (await on(ctx))?.id ?? "";
    const reason = "I have read that commit";
    await allowDelivery(ctx, { id: freeze, kind: "commit", value: pushed, reason });
    await lookNow(ctx);
    expect(statusOf(world, pushed)).toBe("success");
    const freed = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") !== "stuck",
      () => pass(3_000),
    );
    expect(freed.stages.length).toBeGreaterThan(0);
    // What it becomes on the branch isn't the cure: it is let through by the same person, or waits.
    await world.github.merge(number);
    const merged = world.github.pullRequest(number)?.merge?.sha ?? "";
    const { progress } = await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => pass(3_000),
    );
    expect(progress).toBe(
      `Merged; waiting for a deploy that carries it; somebody pushed ${pushed.slice(0, 7)} onto the revert’s branch before it was merged: ${freeze} holds it like any other delivery until a responder lets commit ${merged.slice(0, 7)} through`,
    );
    expect(await gate(merged)).toBe(false);
    await thaw();
  });

  test("is judged once GitHub can be asked again, also when it was merged meanwhile", async () => {
    const { ctx, pass, id, number, pull, gate, thaw } = await frozen();
    const opened = pull.headSha;
    await moveBaseOn(world);
    await expect
      .poll(
        async () => {
          await advanceOnce(ctx);
          pass(3_000);
          return pull.headSha;
        },
        { timeout: 15_000 },
      )
      .not.toBe(opened);
    await world.github.merge(number);
    // As when REST's allowance is spent while GraphQL answers.
    const isUpdateOf = () =>
      Promise.reject(new SourceError("rate-limited", "GitHub’s allowance is spent."));
    const away: Ctx = {
      ...ctx,
      sources: wrapping(ctx.sources, "code", (source) => ({
        ...source,
        guard: source.guard && { ...source.guard, isUpdateOf },
      })),
    };
    const isMerged = ({ stages }: { stages: Stage[] }) => stageOf(stages, "Merge") === "done";
    await advanceUntil(away, id, isMerged, () => pass(3_000));
    const merged = pull.merge?.sha ?? "";
    expect(await gate(merged)).toBe(false);
    await followRestorations(ctx, { isAlone: true });
    expect(await gate(merged)).toBe(true);
    await thaw();
  });

  test("is let through when it is brought up to date, and as what it becomes", async () => {
    const { ctx, pass, id, number, pull, gate, thaw } = await frozen();
    const opened = pull.headSha;
    await moveBaseOn(world);
    const statusNow = async () => {
      await advanceUntil(ctx, id, () => true);
      await lookNow(ctx);
      pass(3_000);
      return pull.headSha === opened ? null : statusOf(world, pull.headSha);
    };
    await expect.poll(statusNow, { timeout: 15_000 }).toBe("success");
    const row = await ctx.db.restoration.findFirstOrThrow({ where: { lever: "revert" } });
    expect(row.plan).toMatchObject({ reviewedHeads: [opened, pull.headSha], pushedHead: null });
    expect(await gate(pull.headSha)).toBe(true);
    expect((await on(ctx))?.heldDeliveries.map(({ value }) => value)).not.toContain(
      `acme/shop#${number}`,
    );
    world.github.postStatus(pull.headSha, "slow", "success");
    await advanceUntil(
      ctx,
      id,
      ({ stages }) => stageOf(stages, "Merge") === "done",
      () => pass(3_000),
    );
    expect(await gate(pull.merge?.sha ?? "")).toBe(true);
    await thaw();
  });
});
