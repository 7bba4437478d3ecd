import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { LeverTarget } from "@/lib/contracts/lever";
import type { RestoreInput, RestoreOutcome } from "@/lib/contracts/restoration";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { type OpenedDatabase, openDatabase } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { FLAG } from "@/lib/server/test-names";
import { arm, deployOf, effectsOf, LEVERS, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** Two replicas: on a server each has its own connections, the embedded database has one process. */
async function twoReplicas(opened: OpenedDatabase): Promise<[Ctx, Ctx]> {
  const first = ctxOn(world, opened.db, { name: "Ada" });
  if (opened.kind === "embedded") return [first, ctxOn(world, opened.db, { name: "Bob" })];
  const { connectionString: databaseUrl } = opened.connection;
  const second = await openDatabase({ databaseUrl, dataDir: "unused" });
  onTestFinished(() => second.close());
  return [first, ctxOn(world, second.db, { name: "Bob" })];
}

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    (value) => new Error(`no refusal but ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw error;
}

/** Something else that the same lever could be pulled on. */
async function elsewhereFor(ctx: Ctx, target: LeverTarget): Promise<LeverTarget> {
  switch (target.lever) {
    case "rollback":
      return { ...target, toChangeId: await deployOf(ctx, 1) };
    case "retoggle":
      return { ...target, to: { state: "on" } };
    case "revert":
      return { ...target, number: 1 };
    default:
      return target satisfies never;
  }
}

eachDatabase("pressing", (database) => {
  describe.each(LEVERS)("%s", (lever) => {
    test("twenty presses from two replicas make one act, and all are told whose", async () => {
      const [ada, bob] = await twoReplicas(database());
      const input = await arm(ada, world, lever);
      const before = effectsOf(world, lever);
      const shared = newKey();
      const presses = Array.from({ length: 20 }, (_, index): Promise<RestoreOutcome> => {
        const key = index % 4 === 0 ? shared : newKey();
        return restore(index % 2 === 0 ? ada : bob, { ...input, key });
      });
      const answers = await Promise.all(presses);
      expect(effectsOf(world, lever) - before).toBe(1);
      expect(await ada.db.restoration.count()).toBe(1);
      // Numbers are drawn before it is known who was first, so it needn't be the first number.
      const [id = "", ...more] = new Set(answers.map((one) => one.restoration?.id));
      expect(more).toEqual([]);
      const started = answers.filter((one) => one.outcome === "started");
      // The one that acted; if it was the shared key, its repetitions are that same press.
      expect([1, 5]).toContain(started.length);
      const others = answers.filter((one) => one.outcome === "already");
      expect(others.length).toBe(20 - started.length);
      const [winner] = started;
      for (const { sentence } of others) {
        expect(sentence).toContain(winner?.restoration?.by);
        expect(sentence).toContain(id);
      }
      const late = await restore(bob, { ...input, key: newKey() });
      expect(late).toMatchObject({ outcome: "already", restoration: { id } });
      expect(effectsOf(world, lever) - before).toBe(1);
      const asked = await ada.db.auditEntry.count({ where: { action: `${lever}-asked` } });
      expect(asked).toBe(1);
      expect(await verifyAudit(ada.db)).toMatchObject({ intact: true });
    });

    test("a key used again: the same answer for the same press, 409 for another", async () => {
      const ctx = ctxOn(world, database().db);
      const input = { ...(await arm(ctx, world, lever)), key: newKey() };
      const elsewhere = await arm(ctx, world, "retoggle");
      const before = effectsOf(world, lever);
      const first = await restore(ctx, input);
      const again = await restore(ctx, input);
      expect(again).toMatchObject({
        outcome: "started",
        restoration: { id: first.restoration?.id },
      });
      const others: Partial<RestoreInput>[] = [
        { target: await elsewhereFor(ctx, input.target) },
        { incidentId: elsewhere.incidentId },
      ];
      for (const other of others) {
        const refusal = await refusalOf(restore(ctx, { ...input, ...other }));
        expect(refusal).toMatchObject({ code: "key-reused", status: 409 });
      }
      expect(effectsOf(world, lever) - before).toBe(1);
    });
  });

  test.each(LEVERS)(
    "%s: a resolved incident and what was never seen pull nothing",
    async (lever) => {
      const ctx = ctxOn(world, database().db);
      const input = { ...(await arm(ctx, world, lever)), key: newKey() };
      const before = effectsOf(world, lever);
      const forged = Buffer.from('{"lever":"config"}').toString("base64url");
      for (const seen of ["", "rubbish", forged]) {
        expect(await refusalOf(restore(ctx, { ...input, seen }))).toMatchObject({
          code: "bad-seen",
        });
      }
      await correctIncident(ctx, { id: input.incidentId, status: "resolved", version: 1 });
      const refusal = await refusalOf(restore(ctx, input));
      expect(refusal).toMatchObject({ code: "incident-closed", status: 409 });
      expect(effectsOf(world, lever)).toBe(before);
      expect(await ctx.db.restoration.count()).toBe(0);
    },
  );

  test("the world moved since it was shown: both are told, nothing is done, press again works", async () => {
    const ctx = ctxOn(world, database().db);
    const stale: RestoreInput = { ...(await arm(ctx, world, "retoggle")), key: newKey() };
    world.unleash.setRollout({
      project: "default",
      flag: FLAG,
      environment: "production",
      percent: 60,
      by: "bob",
    });
    const before = world.flagWrites();
    const refusal = await refusalOf(restore(ctx, stale));
    expect(refusal).toMatchObject({ code: "changed", status: 409 });
    expect(refusal.sentence).toMatch(/60\s%/);
    expect(world.flagWrites()).toBe(before);
    const view = await getIncidentView(ctx, { id: stale.incidentId });
    expect(view.restorations[0]).toMatchObject({ state: "failed", failure: { code: "changed" } });
    expect(await refusalOf(restore(ctx, stale))).toMatchObject({ code: "changed" });
    const fresh = await arm(ctx, world, "retoggle");
    expect(await restore(ctx, { ...fresh, key: newKey() })).toMatchObject({ outcome: "started" });
  });

  test("two people pull one flag two ways at the same moment: one act, the other is told", async () => {
    const [ada, bob] = await twoReplicas(database());
    const off = await arm(ada, world, "retoggle");
    const change = await ada.db.change.findFirstOrThrow({
      where: { kind: "flag", title: { contains: "25" } },
    });
    if (off.target.lever !== "retoggle") throw new Error("not a flag");
    const target = { ...off.target, to: { state: "before" as const, changeId: change.id } };
    const before = world.flagWrites();
    const answers = await Promise.all([
      restore(ada, { ...off, key: newKey() }),
      restore(bob, { ...off, target, key: newKey() }),
    ]);
    expect(answers.map((one) => one.outcome).toSorted()).toEqual(["already", "started"]);
    expect(world.flagWrites() - before).toBe(1);
  });
});
