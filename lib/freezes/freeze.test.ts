import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { answerGate } from "./answer-gate";
import { followFreezes } from "./follow-freezes";
import { freeze } from "./freeze";
import { getFreeze } from "./get-freeze";
import { listFreezes } from "./list-freezes";
import { previewFreeze } from "./preview-freeze";
import { renewFreeze } from "./renew-freeze";
import { thawFreeze } from "./thaw-freeze";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());

const REASON = "Rolling back: nothing else may be delivered";

eachDatabase("freezes", (database) => {
  const context = (options: { now?: () => Date; name?: string } = {}): Ctx => {
    const ctx = ctxOn(world, database().db, options);
    const basket = { ...world.service, name: "basket", team: "Shop", deployments: [] };
    return { ...ctx, fileServices: [world.service, basket] };
  };
  const wish = (more: object = {}) => ({
    ...{ services: ["checkout"], reason: REASON, minutes: 60, incidentId: null },
    ...more,
  });
  /** Nobody follows holds here: what is asked for stays asked. */
  const frozen = async (ctx: Ctx, more: object = {}, pressKey: string | null = null) =>
    (await freeze(ctx, wish(more), { waitMs: 0, pressKey })).freeze;
  /** Until it is worked out what a freeze holds. */
  const planned = (ctx: Ctx, id: string) =>
    expect
      .poll(async () => (await getFreeze(ctx, { id })).holds.map((hold) => hold.id).join(), {
        timeout: 15_000,
      })
      .not.toContain("plan:");
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

  describe("freezing", () => {
    test("writes who, why and until when, and is told on the incident's timeline", async () => {
      const ctx = context();
      const incident = await declare(ctx);
      const made = await frozen(ctx, { incidentId: incident.id });
      expect(made).toMatchObject({
        ...{ id: "F-1", services: ["checkout"], reason: REASON, by: "Ada" },
        ...{ incidentId: incident.id, thawedAt: null, renewals: 0, heldCount: 0 },
      });
      expect(Date.parse(made.until) - Date.parse(made.createdAt)).toBe(3_600_000);
      expect(made.holds[0]).toMatchObject({ layer: "gate", state: "held", endsByItself: true });
      const [entry] = await entriesOf(ctx, incident.id);
      expect(entry?.text).toMatch(/^Ada froze deliveries of checkout until \d\d:\d\d UTC \(F-1\)/);
      const view = await getIncidentView(ctx, { id: incident.id });
      expect(view.freezes.map(({ id }) => id)).toEqual(["F-1"]);
      expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    });

    test("works out what is to be held, and asks for each once", async () => {
      const ctx = context();
      const made = await frozen(ctx);
      const row = await ctx.db.freeze.findUniqueOrThrow({ where: { number: 1 } });
      await planned(ctx, made.id);
      const { holds } = await getFreeze(ctx, { id: made.id });
      expect(holds.map(({ layer, subject, state }) => [layer, subject, state])).toEqual([
        ["gate", "checkout", "held"],
        ["kubernetes", "shop (F-1)", "asked"],
        ["github", "acme/shop main", "asked"],
      ]);
      expect(row.planDueAt).not.toBeNull();
      // A process that died before it had planned: another does, and nothing is there twice.
      await ctx.db.freeze.update({ where: { number: 1 }, data: { planDueAt: new Date(0) } });
      const plans = new Map();
      await followFreezes(ctx, plans);
      await Promise.all(plans.values());
      expect(await ctx.db.hold.count()).toBe(2);
    });

    test("names the services there are when one isn't", async () => {
      await expect(frozen(context(), { services: ["check"] })).rejects.toMatchObject({
        ...{ code: "unknown-service", status: 422 },
        sentence: 'There is no service "check". There are: checkout, basket.',
      });
      expect(await database().db.freeze.count()).toBe(0);
    });

    test("is refused for an incident that is over", async () => {
      const ctx = context();
      const { id, version } = await declare(ctx);
      await correctIncident(ctx, { id, version, status: "resolved" });
      await expect(frozen(ctx, { incidentId: id })).rejects.toMatchObject({
        code: "incident-closed",
      });
      await expect(frozen(ctx, { incidentId: "INC-77" })).rejects.toMatchObject({
        code: "unknown-incident",
      });
    });

    test("a press sent twice is one, also at the same moment", async () => {
      const ctx = context();
      const made = await Promise.all(
        Array.from({ length: 5 }, () => frozen(ctx, {}, "ada key-12345")),
      );
      expect(new Set(made.map(({ id }) => id)).size).toBe(1);
      expect(await ctx.db.freeze.count()).toBe(1);
    });

    test("a key that made a freeze answers no other wish, and the same one for good", async () => {
      const ctx = context();
      const { id } = await declare(ctx);
      await frozen(ctx, { services: ["checkout", "basket"] }, "ada key-12345");
      const others = [
        ...[{ reason: "Another" }, { services: ["checkout"] }, { services: [] }],
        ...[{ minutes: 240 }, { incidentId: id }],
      ];
      for (const other of others) {
        const asked = frozen(ctx, { services: ["checkout", "basket"], ...other }, "ada key-12345");
        await expect(asked).rejects.toMatchObject({
          ...{ code: "key-reused", status: 422 },
          sentence: expect.stringContaining("made F-1"),
        });
      }
      await renewFreeze(ctx, { id: "F-1", minutes: 90 });
      const same = { services: ["basket", "checkout", "basket"] };
      expect((await frozen(ctx, same, "ada key-12345")).id).toBe("F-1");
      await thawFreeze(ctx, { id: "F-1" });
      const again = await frozen(ctx, same, "ada key-12345");
      expect(again).toMatchObject({ id: "F-1", thawedBecause: "hand" });
      expect(await ctx.db.freeze.count()).toBe(1);
    });

    test("two freezes on one service both stand, and share what they hold", async () => {
      const ctx = context();
      await frozen(ctx);
      const second = await frozen(context({ name: "Bob" }), { services: [] });
      await planned(ctx, "F-1");
      await planned(ctx, "F-2");
      expect((await listFreezes(ctx, { state: "on" })).map(({ id }) => id)).toEqual(["F-2", "F-1"]);
      expect(await ctx.db.hold.count({ where: { layer: "github" } })).toBe(1);
      await thawFreeze(ctx, { id: second.id });
      const { holds } = await getFreeze(ctx, { id: second.id });
      expect(holds.find(({ layer }) => layer === "github")).toMatchObject({
        ...{ state: "released", sentence: "It goes on for F-1." },
      });
    });
  });

  describe("the end", () => {
    test("thawed by hand once, however often it is asked for", async () => {
      const ctx = context();
      const incident = await declare(ctx);
      await frozen(ctx, { incidentId: incident.id });
      const [one, two] = await Promise.all([
        thawFreeze(ctx, { id: "F-1" }),
        thawFreeze(context({ name: "Bob" }), { id: "F-1" }),
      ]);
      expect([one.thawedBecause, two.thawedBecause]).toEqual(["hand", "hand"]);
      expect(one.thawedBy).toBe(two.thawedBy);
      expect(await entriesOf(ctx, incident.id)).toHaveLength(2);
      expect(await ctx.db.auditEntry.count({ where: { action: "thaw" } })).toBe(1);
      expect(await listFreezes(ctx, { state: "on" })).toEqual([]);
      await expect(thawFreeze(ctx, { id: "F-9" })).rejects.toMatchObject({
        code: "unknown-freeze",
      });
    });

    test("at its time, also when this server was away; five minutes before, it is told", async () => {
      let minutes = 0;
      const start = Date.now();
      const ctx = context({ now: () => new Date(start + minutes * 60_000) });
      const incident = await declare(ctx);
      await frozen(ctx, { incidentId: incident.id, minutes: 30 });
      const turn = () => followFreezes(ctx, new Map());
      expect(await turn()).toBe(1);
      minutes = 26;
      await Promise.all([turn(), turn()]);
      await turn();
      const said = async () => (await entriesOf(ctx, incident.id)).map(({ text }) => text);
      expect((await said()).filter((text) => text.includes("ends in 5 min"))).toHaveLength(1);
      minutes = 31;
      // Before anybody has written that it is over, it is.
      expect((await answerGate(ctx, { service: "checkout" })).open).toBe(true);
      await Promise.all([turn(), turn()]);
      expect(await getFreeze(ctx, { id: "F-1" })).toMatchObject({
        ...{ thawedBecause: "expiry", thawedBy: null },
      });
      expect((await said()).at(-1)).toContain("its time was over");
    });

    test("with its incident", async () => {
      const ctx = context();
      const { id, version } = await declare(ctx);
      await frozen(ctx, { incidentId: id });
      await correctIncident(ctx, { id, version, status: "resolved" });
      expect((await getFreeze(ctx, { id: "F-1" })).thawedBecause).toBe("resolved");
      expect((await entriesOf(ctx, id)).at(-1)?.text).toContain("thawed with the incident");
    });

    test("renewed from now on, never shorter; not once it is over", async () => {
      let minutes = 0;
      const start = Date.now();
      const ctx = context({ now: () => new Date(start + minutes * 60_000) });
      await frozen(ctx, { minutes: 60 });
      const until = async () =>
        (Date.parse((await getFreeze(ctx, { id: "F-1" })).until) - start) / 60_000;
      minutes = 30;
      await renewFreeze(ctx, { id: "F-1", minutes: 60 });
      expect(await until()).toBe(90);
      await renewFreeze(ctx, { id: "F-1", minutes: 5 });
      expect(await until()).toBe(90);
      minutes = 91;
      await expect(renewFreeze(ctx, { id: "F-1", minutes: 60 })).rejects.toMatchObject({
        ...{ code: "thawed", status: 409 },
      });
    });
  });

  test("what a freeze would hold is told before", async () => {
    const ctx = context();
    const preview = await previewFreeze(ctx, { services: ["checkout", "basket"] });
    expect(preview.holds.map(({ layer, subject }) => [layer, subject])).toEqual([
      ["gate", "checkout and basket"],
      ["kubernetes", "shop"],
      ["github", "acme/shop main"],
    ]);
    expect(preview.teams).toEqual(["Payments", "Shop"]);
    await expect(previewFreeze(ctx, { services: ["x"] })).rejects.toMatchObject({
      code: "unknown-service",
    });
  });
});
