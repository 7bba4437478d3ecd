import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { answerGate } from "@/lib/freezes/answer-gate";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { freeze } from "@/lib/freezes/freeze";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import {
  deliver,
  followOnce,
  installPolicy,
  lookNow,
  requireStatus,
  statusOf,
} from "@/lib/server/test-holds";
import { arm, effectsOf, followUntil, learnCode, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewLever } from "./preview-lever";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
  await installPolicy(world);
  requireStatus(world);
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

eachDatabase("a press with a freeze", (database) => {
  const context = (now?: () => Date): Ctx => ctxOn(world, database().db, now ? { now } : {});
  /** What the server does with a new freeze at its next turns. */
  const hold = async (ctx: Ctx) => {
    const plans: RunningPlans = new Map();
    await followFreezes(ctx, plans);
    await Promise.all(plans.values());
    await followOnce(ctx);
  };
  const on = (ctx: Ctx) => listFreezes(ctx, { state: "on" });
  const thaw = async (ctx: Ctx) => {
    for (const { id } of await on(ctx)) await thawFreeze(ctx, { id });
    await followOnce(ctx);
  };

  test("twenty presses of a rollback make one freeze, which holds others and never the cure", async () => {
    const ctx = context();
    const input = { ...(await arm(ctx, world, "rollback")), freeze: { minutes: 60 } };
    const pressed = await Promise.all(
      Array.from({ length: 20 }, () => restore(ctx, { ...input, key: newKey() })),
    );
    const id = pressed.find(({ outcome }) => outcome === "started")?.restoration?.id;
    const [made, ...more] = await on(ctx);
    expect(more).toEqual([]);
    expect(made).toMatchObject({
      ...{ services: ["checkout"], restorationId: id, incidentId: input.incidentId, by: "Ada" },
      reason: "Roll back checkout 3 → 2",
    });
    const [second] = world.pulls.slice(1);
    const back = `registry.example/checkout:${second?.mergeSha.slice(0, 12)}`;
    expect(made?.allowed).toEqual([expect.objectContaining({ kind: "image", value: back })]);
    const { entries } = await getIncidentView(ctx, { id: input.incidentId });
    expect(entries.map(({ text }) => text).join("\n")).toMatch(
      /Ada froze other deliveries of checkout until \d\d:\d\d UTC \(F-1\)/,
    );
    expect(await ctx.db.auditEntry.count({ where: { action: "freeze", subject: "F-1" } })).toBe(1);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    await hold(ctx);
    expect((await on(ctx))[0]?.holds.map(({ state }) => state)).toEqual(["held", "held", "held"]);
    expect(await deliver(world, "registry.example/checkout:0123456789ab")).toContain("by F-1");
    expect(await deliver(world, back)).toBeNull();
    await thaw(ctx);
  });

  test("a frozen service is rolled back all the same, and its freeze lasts as long as wished", async () => {
    const ctx = context();
    const input = await arm(ctx, world, "rollback");
    const number = Number(input.incidentId.slice(4));
    const at = new Date();
    const until = new Date(at.getTime() + 10 * 60_000);
    await ctx.db.freeze.create({
      data: {
        ...{ services: ["checkout"], reason: "Looking", by: "Bob", incidentNumber: number },
        ...{ createdAt: at, until, planDueAt: at },
      },
    });
    await hold(ctx);
    expect((await previewLever(ctx, input.target)).freezes).toEqual(["checkout"]);
    const before = effectsOf(world, "rollback");
    const press = { ...input, freeze: { minutes: 60 }, key: newKey() };
    const { restoration } = await restore(ctx, press);
    expect(effectsOf(world, "rollback") - before).toBe(1);
    await followUntil(ctx, restoration?.id ?? "", ["in-effect", "verified"]);
    const freezes = await on(ctx);
    expect(freezes.map(({ id, by }) => [id, by])).toEqual([["F-1", "Bob"]]);
    expect(Date.parse(freezes[0]?.until ?? "")).toBeGreaterThan(until.getTime() + 45 * 60_000);
    const { entries } = await getIncidentView(ctx, { id: input.incidentId });
    expect(entries.map(({ text }) => text).join("\n")).toMatch(
      /Ada renewed F-1 until \d\d:\d\d UTC/,
    );
    const renewed = { action: "renew-freeze", subject: "F-1" };
    expect(await ctx.db.auditEntry.count({ where: renewed })).toBe(1);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    await thaw(ctx);
  });

  test("a revert of a frozen repository is green from its opening, and delivered once merged", async () => {
    const ctx = context();
    const input = await arm(ctx, world, "revert");
    const number = Number(input.incidentId.slice(4));
    const at = new Date();
    await ctx.db.freeze.create({
      data: {
        ...{ services: [], reason: "Everything waits", by: "Bob", incidentNumber: number },
        ...{ createdAt: at, until: new Date(at.getTime() + 3_600_000), planDueAt: at },
      },
    });
    await hold(ctx);
    const { restoration } = await restore(ctx, { ...input, key: newKey() });
    await lookNow(ctx);
    const row = await ctx.db.restoration.findFirstOrThrow({ where: { lever: "revert" } });
    const { revertNumber } = row.plan as { revertNumber: number };
    const [made] = await on(ctx);
    const head = world.github.pullRequest(revertNumber)?.headSha ?? "";
    expect(made?.allowed).toMatchObject([
      { kind: "pull", value: `acme/shop#${revertNumber}`, why: "cure", heads: [head] },
      { kind: "commit", value: head, why: "cure" },
    ]);
    expect(statusOf(world, head)).toBe("success");
    expect(made?.heldDeliveries.map(({ value }) => value)).not.toContain(
      `acme/shop#${revertNumber}`,
    );
    await world.github.merge(revertNumber);
    await followUntil(ctx, restoration?.id ?? "", ["accepted", "in-effect", "verified"]);
    await expect
      .poll(async () => {
        await followUntil(ctx, restoration?.id ?? "", ["accepted", "in-effect", "verified"]);
        return (await on(ctx))[0]?.allowed.map(({ value }) => value);
      })
      .toContain(world.github.pullRequest(revertNumber)?.merge?.sha);
    const merged = world.github.pullRequest(revertNumber)?.merge?.sha ?? "";
    expect((await answerGate(ctx, { service: "checkout", sha: merged })).open).toBe(true);
    expect((await answerGate(ctx, { service: "checkout", sha: "0".repeat(40) })).open).toBe(false);
    await thaw(ctx);
  });

  test("a revert that somebody else opened of a suspect is let through before merges are held", async () => {
    const ctx = context();
    const { target, incidentId } = await arm(ctx, world, "revert");
    if (target.lever !== "revert") throw new Error("A revert was armed.");
    await learnCode(ctx);
    const { repository, number } = target;
    const naturalKey = `${repository}#${number}`;
    const suspect = await ctx.db.change.findFirstOrThrow({ where: { naturalKey } });
    const incidentNumber = Number(incidentId.slice(4));
    await ctx.db.advice.create({
      data: { incidentNumber, suspectId: suspect.id, digest: "d", card: {}, at: new Date() },
    });
    const code = ctx.sources.get("code", "code");
    const { headCommit } = await code.pull(repository, number);
    const theirs = { restorationId: "R-99", incidentId, incidentUrl: "https://elsewhere.example" };
    const opened = await code.revert({ repository, number, seenHead: headCommit, ...theirs });
    if (opened.outcome !== "accepted") throw new Error("The revert wasn't opened.");
    const wish = { services: ["checkout"], reason: "Looking", minutes: 60, incidentId };
    await freeze(ctx, wish, { waitMs: 0 });
    const layers = async () => (await on(ctx))[0]?.holds.map(({ layer }) => layer);
    await expect.poll(layers, { timeout: 15_000 }).toContain("github");
    await lookNow(ctx);
    const head = world.github.pullRequest(opened.number)?.headSha ?? "";
    expect((await on(ctx))[0]?.allowed).toMatchObject([
      { kind: "commit", value: head, why: "cure" },
    ]);
    expect(world.github.statuses(head).map(({ state }) => state)).toEqual(["success"]);
    await thaw(ctx);
  });

  test("other levers freeze nothing", async () => {
    const ctx = context();
    const input = { ...(await arm(ctx, world, "retoggle")), freeze: { minutes: 60 } };
    await restore(ctx, { ...input, key: newKey() });
    expect(await ctx.db.freeze.count()).toBe(0);
  });
});
