import { afterAll, beforeAll, expect, test } from "vitest";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { allowDelivery } from "./allow-delivery";
import { answerGate } from "./answer-gate";
import { freeze } from "./freeze";
import { getFreeze } from "./get-freeze";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());

const SHA = "a1b9c3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0";
const WHY = "it carries the fix of the price list";

eachDatabase("the gate", (database) => {
  const context = (): Ctx => {
    const ctx = ctxOn(world, database().db);
    const basket = { ...world.service, name: "basket", deployments: [] };
    return { ...ctx, fileServices: [world.service, basket] };
  };
  const frozen = async (ctx: Ctx, more: object = {}) => {
    const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
    return (await freeze(ctx, { ...wish, ...more }, { waitMs: 0 })).freeze;
  };
  const declare = async (ctx: Ctx) =>
    (
      await declareIncident(
        ctx,
        { title: "Checkout fails", severity: 2, services: ["checkout"] },
        { origin: "person" },
      )
    ).incident;
  const entriesOf = async (ctx: Ctx, id: string) =>
    (await getIncidentView(ctx, { id })).entries.filter(({ kind }) => kind === "freeze");

  test("is open for what isn't frozen, and names the services when asked for none", async () => {
    const ctx = context();
    await frozen(ctx, { services: ["basket"] });
    expect(await answerGate(ctx, { service: "checkout", sha: SHA })).toEqual({
      ...{ open: true, service: "checkout", sha: SHA, freezes: [] },
      sentence: "checkout isn’t frozen: deliver.",
    });
    await expect(answerGate(ctx, { service: "till" })).rejects.toMatchObject({
      ...{ code: "unknown-service", status: 404 },
      sentence: 'There is no service "till". There are: checkout, basket.',
    });
  });

  test("holds a delivery once, until somebody lets it through by its commit", async () => {
    const ctx = context();
    const incident = await declare(ctx);
    await frozen(ctx, { incidentId: incident.id });
    for (let times = 0; times < 3; times += 1) {
      const answer = await answerGate(ctx, { service: "checkout", sha: SHA });
      expect(answer.open).toBe(false);
      expect(answer.sentence).toMatch(/^checkout at a1b9c3e is frozen. F-1 \(INC-\d+\) by Ada/);
      expect(answer.sentence).toContain("https://known-good.example/incidents/INC-");
    }
    const held = (await getFreeze(ctx, { id: "F-1" })).heldDeliveries;
    expect(held).toMatchObject([{ kind: "gate", service: "checkout", value: SHA }]);
    const short = { kind: "commit" as const, value: SHA.slice(0, 9), reason: WHY };
    const after = await allowDelivery(ctx, { id: "F-1", ...short });
    expect(after.allowed).toMatchObject([{ why: "override", value: "a1b9c3e4f", by: "Ada" }]);
    expect((await answerGate(ctx, { service: "checkout", sha: SHA })).open).toBe(true);
    expect((await answerGate(ctx, { service: "checkout" })).open).toBe(false);
    const [delivery] = (await getFreeze(ctx, { id: "F-1" })).heldDeliveries.filter(
      ({ value }) => value === SHA,
    );
    expect(delivery?.letThroughAt).not.toBeNull();
    await allowDelivery(ctx, { id: "F-1", ...short });
    expect(await ctx.db.auditEntry.count({ where: { action: "allow-delivery" } })).toBe(1);
    expect((await entriesOf(ctx, incident.id)).at(-1)?.text).toContain(WHY);
  });

  test("every freeze on a service must let it through", async () => {
    const ctx = context();
    await frozen(ctx);
    await frozen(ctx, { services: [] });
    await allowDelivery(ctx, { id: "F-1", kind: "commit", value: SHA, reason: WHY });
    const answer = await answerGate(ctx, { service: "checkout", sha: SHA });
    expect([answer.open, answer.freezes.length]).toEqual([false, 2]);
    await allowDelivery(ctx, { id: "F-2", kind: "commit", value: SHA, reason: WHY });
    expect((await answerGate(ctx, { service: "checkout", sha: SHA })).open).toBe(true);
  });

  test("a pull request that was let through passes as the commit that it became", async () => {
    const ctx = context();
    const incident = await declare(ctx);
    await frozen(ctx, { incidentId: incident.id });
    await frozen(ctx, { services: [] });
    const pull = { kind: "pull" as const, value: "acme/shop#84", reason: WHY };
    await allowDelivery(ctx, { id: "F-1", ...pull });
    expect((await answerGate(ctx, { service: "checkout", sha: SHA })).open).toBe(false);
    await ctx.db.change.create({
      data: {
        ...{ id: "merge-84", kind: "merge", source: "code", naturalKey: pull.value },
        ...{ services: ["checkout"], title: "#84", at: ctx.now(), mentions: [] },
        ...{ subject: pull.value, commit: SHA },
        details: {
          ...{ kind: "merge", repository: "acme/shop", number: 84, branch: "b", base: "main" },
          ...{ method: "squash", mergeCommit: SHA, headCommit: "d".repeat(40), files: [] },
          ...{ labels: [], flagKeys: [], mentions: [], revertOf: null, restorationId: null },
        },
      },
    });
    const half = await answerGate(ctx, { service: "checkout", sha: SHA });
    expect(half.open).toBe(false);
    expect(half.sentence).toContain("F-2");
    expect(half.sentence).not.toContain("F-1");
    await allowDelivery(ctx, { id: "F-2", ...pull });
    expect((await answerGate(ctx, { service: "checkout", sha: SHA })).open).toBe(true);
    expect((await answerGate(ctx, { service: "checkout", sha: "f".repeat(40) })).open).toBe(false);
    const { allowed, heldDeliveries } = await getFreeze(ctx, { id: "F-1" });
    expect(allowed).toMatchObject([
      { kind: "pull", value: pull.value },
      { kind: "commit", value: SHA, mergedFrom: pull.value, why: "override", reason: WHY },
    ]);
    expect(heldDeliveries.find(({ value }) => value === SHA)?.letThroughAt).not.toBeNull();
    const { looseEnds } = await getIncidentView(ctx, { id: incident.id });
    expect(looseEnds.filter(({ kind }) => kind === "override-used")).toHaveLength(1);
  });

  test.each([
    ["commit", "main"],
    ["pull", "#12"],
    ["image", "two words"],
  ] as const)("nothing that no delivery can be is let through: %s %s", async (kind, value) => {
    const ctx = context();
    await frozen(ctx);
    await expect(allowDelivery(ctx, { id: "F-1", kind, value, reason: WHY })).rejects.toMatchObject(
      { code: "invalid-input", status: 422 },
    );
  });

  test("pipelines that ask without end don't fill the table", async () => {
    const ctx = context();
    await frozen(ctx);
    await ctx.db.$executeRaw`
      INSERT INTO "HeldDelivery" ("freezeNumber", "kind", "value", "title", "firstAt", "lastAt")
      SELECT 1, 'gate', 'c' || n, 't', now() - interval '1 min', now() - interval '1 min'
        FROM generate_series(1, 999) n`;
    for (const digit of ["1", "2", "3"]) {
      await answerGate(ctx, { service: "checkout", sha: digit.repeat(40) });
    }
    const made = await getFreeze(ctx, { id: "F-1" });
    expect([made.heldCount, made.heldDeliveries.length]).toEqual([1_000, 50]);
  });
});
