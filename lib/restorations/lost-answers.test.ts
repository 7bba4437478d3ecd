import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { LeverKind } from "@/lib/contracts/lever";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { SourceError } from "@/lib/integrations/source-error";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { argoOf, disown, ownByArgo } from "@/lib/server/test-holds";
import { arm, effectsOf, followUntil, LEVERS, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { dropLease, leaseOfProcess, takeLease } from "@/lib/sources/store";
import { followRestorations } from "./follow-restorations";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** The next write is carried out, and its answer never comes. */
async function applyThenDrop(lever: LeverKind): Promise<void> {
  switch (lever) {
    case "rollback":
      world.kubernetes.applyThenDrop = true;
      return;
    case "retoggle":
      world.unleash.faults.set({ mode: "none", applyThenDrop: true });
      return;
    case "revert":
      return world.github.faults.set({ applyThenFail: "drop" });
    default:
      return lever satisfies never;
  }
}

eachDatabase("answers that are lost", (database) => {
  test.each(LEVERS)(
    "%s: applied, then cut: unknown, then found by reading, once",
    async (lever) => {
      const ctx = ctxOn(world, database().db);
      const input = { ...(await arm(ctx, world, lever)), key: newKey() };
      const before = effectsOf(world, lever);
      await applyThenDrop(lever);
      const answer = await restore(ctx, input);
      expect(answer).toMatchObject({ outcome: "started", restoration: { state: "unknown" } });
      expect(answer.sentence).toMatch(/read back/);
      const again = await restore(ctx, { ...input, key: newKey() });
      expect(again).toMatchObject({ outcome: "already", restoration: { id: "R-1" } });
      const settled = await followUntil(ctx, "R-1", ["accepted", "in-effect"]);
      expect(settled.receipts.map((one) => one.sentence).join("\n")).toMatch(/Read back: /);
      expect(effectsOf(world, lever) - before).toBe(1);
      const audit = await ctx.db.auditEntry.findMany({ orderBy: { id: "asc" } });
      const about = audit.filter((one) => one.subject === "R-1").map((one) => one.action);
      expect(about.slice(0, 3)).toEqual(
        ["asked", "unknown", "settled-applied"].map((what) => `${lever}-${what}`),
      );
      expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    },
  );

  test.each(LEVERS)(
    "%s: lost on the way there: settled as not done, free to press",
    async (lever) => {
      const ctx = ctxOn(world, database().db);
      const input = { ...(await arm(ctx, world, lever)), key: newKey() };
      const before = effectsOf(world, lever);
      const lost = async () => {
        throw new SourceError("timeout", "It did not answer.", { mayHaveActed: true });
      };
      const deaf = {
        ...ctx,
        sources: wrapping(
          wrapping(
            wrapping(ctx.sources, "deploys", (one) => ({ ...one, rollBack: lost })),
            "flags",
            (one) => ({ ...one, retoggle: lost }),
          ),
          "code",
          (one) => ({ ...one, revert: lost }),
        ),
      };
      expect(await restore(deaf, input)).toMatchObject({ restoration: { state: "unknown" } });
      const settled = await followUntil(ctx, "R-1", ["failed"]);
      expect(settled).toMatchObject({ failure: { code: "not-done" }, acceptedAt: null });
      expect(effectsOf(world, lever)).toBe(before);
      const view = await getIncidentView(ctx, { id: input.incidentId });
      expect(view.entries.map((entry) => entry.text).join("\n")).toMatch(/R-1 was not done: Read/);
      const next = await restore(ctx, { ...input, key: newKey() });
      expect(next).toMatchObject({ outcome: "started", restoration: { id: "R-2" } });
      expect(effectsOf(world, lever) - before).toBe(1);
    },
  );

  test("a source that is away while it is read back leaves it unknown, and says so", async () => {
    const ctx = ctxOn(world, database().db);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    world.kubernetes.applyThenDrop = true;
    await restore(ctx, input);
    world.kubernetes.faults.set({ mode: "refuse" });
    onTestFinished(() => world.kubernetes.faults.set({ mode: "none" }));
    await expect(followUntil(ctx, "R-1", ["unknown"])).resolves.toMatchObject({
      progress: expect.stringMatching(/Kubernetes/),
    });
    world.kubernetes.faults.set({ mode: "none" });
    await followUntil(ctx, "R-1", ["accepted", "in-effect"]);
  });
});

eachDatabase("a press of another process", (database) => {
  test("is read back once that is known to be gone, long before one that may still answer", async () => {
    const ctx = ctxOn(world, database().db);
    const input = { ...(await arm(ctx, world, "retoggle")), key: newKey() };
    const killed = Promise.withResolvers<never>();
    const other: Ctx = {
      ...ctx,
      instance: "other",
      now: () => new Date(Date.now() - 20_000),
      sources: wrapping(ctx.sources, "flags", (one) => ({
        ...one,
        retoggle: () => killed.promise,
      })),
    };
    await takeLease(ctx.db, { name: leaseOfProcess("other"), holder: "other", seconds: 600 });
    const press = restore(other, input);
    const states = async () => {
      await followRestorations(ctx, { isAlone: false });
      return (await ctx.db.restoration.findMany()).map(({ state }) => state);
    };
    await expect.poll(states).toEqual(["asked"]);
    expect(await states()).toEqual(["asked"]);
    await dropLease(ctx.db, leaseOfProcess("other"), "other");
    expect(await states()).toEqual(["failed"]);
    killed.reject(new SourceError("timeout", "Killed.", { mayHaveActed: true }));
    await press;
  });
});

eachDatabase("an outcome that can't be written", (database) => {
  test("shows the paused owner until it is read back, as soon as the database is there again", async () => {
    const { db } = database();
    const ctx = ctxOn(world, db);
    await ownByArgo(world);
    onTestFinished(() => disown(world));
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const before = world.patches();
    await db.$executeRaw`
      CREATE FUNCTION refuse_outcome() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'terminating connection' USING ERRCODE = '57P01'; END $$`;
    await db.$executeRaw`
      CREATE TRIGGER refuse_outcome BEFORE UPDATE ON "Restoration"
      FOR EACH ROW EXECUTE FUNCTION refuse_outcome()`;
    onTestFinished(async () => {
      await db.$executeRaw`DROP FUNCTION IF EXISTS refuse_outcome CASCADE`;
    });
    await expect(restore(ctx, input)).rejects.toThrow();
    await db.$executeRaw`DROP FUNCTION refuse_outcome CASCADE`;
    expect((await argoOf(world)).automated).toMatchObject({ enabled: false });
    const view = await getIncidentView(ctx, { id: input.incidentId });
    expect(view.restorations).toMatchObject([{ id: "R-1", state: "asked" }]);
    expect(view.looseEnds).toMatchObject([
      {
        kind: "paused-owner",
        sentence: expect.stringMatching(/is paused for R-1, which has no answer yet/),
        closedAt: null,
      },
    ]);
    // Another process might hold this database, too: this one knows of its own act that it is over.
    await followRestorations(ctx, { isAlone: false });
    const settled = await getIncidentView(ctx, { id: input.incidentId });
    expect(settled.restorations).toMatchObject([{ state: "accepted" }]);
    expect(world.patches() - before).toBe(1);
  });
});

eachDatabase("an audit that can't be written", (database, kind) => {
  test.each(LEVERS)("%s: refused by the database: nothing outside is asked", async (lever) => {
    const { db } = database();
    const ctx = ctxOn(world, db);
    const input = { ...(await arm(ctx, world, lever)), key: newKey() };
    const before = effectsOf(world, lever);
    await db.$executeRaw`
      CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$`;
    await db.$executeRaw`
      CREATE TRIGGER refuse_audit BEFORE INSERT ON "AuditEntry"
      FOR EACH ROW EXECUTE FUNCTION refuse_audit()`;
    onTestFinished(async () => {
      await db.$executeRaw`DROP FUNCTION IF EXISTS refuse_audit CASCADE`;
    });
    await expect(restore(ctx, input)).rejects.toMatchObject({ code: "not-recorded", status: 503 });
    expect(effectsOf(world, lever)).toBe(before);
    expect(await db.restoration.count()).toBe(0);
    await db.$executeRaw`DROP FUNCTION refuse_audit CASCADE`;
    expect(await restore(ctx, input)).toMatchObject({ outcome: "started" });
    expect(effectsOf(world, lever) - before).toBe(1);
  });

  // One process owns the embedded database, so nobody else can hold it up there.
  if (kind === "embedded") return;

  test("hanging: given up in time with a sentence, nothing outside is asked", async () => {
    const opened = database();
    const ctx = ctxOn(world, opened.db);
    const input = { ...(await arm(ctx, world, "rollback")), key: newKey() };
    const holder = new Client({ connectionString: String(opened.connection.connectionString) });
    await holder.connect();
    onTestFinished(() => holder.end());
    await holder.query('BEGIN; LOCK TABLE "AuditEntry" IN EXCLUSIVE MODE');
    const before = world.patches();
    const began = performance.now();
    const error = await restore(ctx, input).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(performance.now() - began).toBeLessThan(12_000);
    expect(error).toMatchObject({ code: "not-recorded", status: 503 });
    expect(world.patches()).toBe(before);
    await holder.query("ROLLBACK");
    expect(await opened.db.restoration.count()).toBe(0);
    expect(await restore(ctx, input)).toMatchObject({ outcome: "started" });
  });
});
