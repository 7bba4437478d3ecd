import { Client } from "pg";
import { expect, test } from "vitest";
import type { DeliveryMeasure, RecoveryGroup } from "@/lib/contracts/recovery";
import { exportRecovery } from "@/lib/recovery/export-recovery";
import { getDelivery } from "@/lib/recovery/get-delivery";
import { getRecovery } from "@/lib/recovery/get-recovery";
import { refreshFacts } from "@/lib/recovery/refresh-facts";
import type { Database, OpenedDatabase } from "@/lib/server/db";
import { eachDatabase } from "@/lib/server/test-database";
import { type HistoryPlan, planOfYears } from "./history-plan.ts";
import { seededRandom } from "./random.ts";
import { writeHistory } from "./seed-history.ts";

const UNTIL = Date.UTC(2026, 9, 1);
const ctxOf = (db: Database) => ({ db, now: () => new Date(UNTIL), fileServices: [] });

/** Two years of a shop that deploys less often, with as many incidents as tell something. */
const PLAN: HistoryPlan = { ...planOfYears(2, UNTIL), changes: 9_000, incidents: 1_200 };

async function write(opened: OpenedDatabase, plan: HistoryPlan): Promise<void> {
  const client = new Client(opened.connection);
  await client.connect();
  try {
    await writeHistory({ query: (sql, values) => client.query(sql, values) }, plan);
  } finally {
    await client.end();
  }
}

const factsOf = async (db: Database) => ({
  recovery: await db.recoveryFact.findMany({ orderBy: { incidentNumber: "asc" } }),
  delivery: await db.deliveryFact.findMany({ orderBy: [{ service: "asc" }, { changeId: "asc" }] }),
});

/** The same facts made from nothing. */
async function fromScratch(db: Database) {
  await db.recoveryFact.deleteMany();
  await db.deliveryFact.deleteMany();
  await db.$executeRaw`INSERT INTO "RecoveryMark" ("kind", "key") SELECT 'incident', "number"::text FROM "Incident"`;
  await db.$executeRaw`INSERT INTO "RecoveryMark" ("kind", "key") SELECT 'deploy', "id" FROM "Change" WHERE "kind" = 'deploy'`;
  await refreshFacts({ db });
  return factsOf(db);
}

/** Changes a past as people, collectors and a second look at the world do. */
async function disturb(db: Database, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const incidents = await db.incident.findMany({ orderBy: { number: "asc" } });
  const restorations = await db.restoration.findMany({ orderBy: { number: "asc" } });
  const deploys = await db.change.findMany({ where: { kind: "deploy" }, orderBy: { id: "asc" } });
  const merges = await db.change.findMany({ where: { kind: "merge" }, orderBy: { id: "asc" } });
  for (let turn = 0; turn < 12; turn += 1) {
    const incident = random.pick(incidents);
    const restoration = random.pick(restorations);
    const deploy = random.pick(deploys);
    const merge = random.pick(merges);
    const byNumber = { where: { number: incident.number } };
    const later = new Date(incident.declaredAt.getTime() - random.whole(600_000));
    await db.incident.update({ ...byNumber, data: { harmBeganAt: later } });
    if (turn % 3 === 0) await db.incident.update({ ...byNumber, data: { restoredAt: null } });
    if (turn % 4 === 0)
      await db.incident.update({ ...byNumber, data: { services: ["search", "basket"] } });
    await db.timelineEntry.create({
      data: {
        ...{ id: `later-${seed}-${turn}`, incidentNumber: incident.number, kind: "alert" },
        ...{ at: new Date(incident.harmBeganAt.getTime() + 1_000), text: "it fired" },
      },
    });
    await db.restoration.update({
      where: { number: restoration.number },
      data: { state: random.pick(["failed", "verified"]), endedAt: restoration.endedAt },
    });
    await db.changeLink.createMany({
      data: [{ fromId: deploy.id, toId: merge.id }],
      skipDuplicates: true,
    });
    await db.change.update({
      where: { id: merge.id },
      data: { title: random.pick(["hotfix: the price", "Split address", merge.title]) },
    });
    await db.change.update({
      where: { id: random.pick(deploys).id },
      data: { services: random.pick([["checkout"], ["checkout", "payments"], []]) },
    });
  }
  await db.incident.delete({ where: { number: random.pick(incidents).number } });
}

eachDatabase("facts of a generated past", (database) => {
  test("say after any change what they would say made from nothing", async () => {
    const { db } = database();
    const small = { ...PLAN, changes: 900, incidents: 120 };
    await write(database(), small);
    await refreshFacts({ db });
    expect(await db.recoveryMark.count()).toBe(0);
    const { recovery, delivery } = await factsOf(db);
    expect(recovery).toHaveLength(120);
    expect(delivery.length).toBe(await db.change.count({ where: { kind: "deploy" } }));
    for (const seed of [3, 5]) {
      await disturb(db, seed);
      // Two readers at once make nothing twice and nothing wrong.
      await Promise.all([refreshFacts({ db }), refreshFacts({ db })]);
      const kept = await factsOf(db);
      expect(kept).toEqual(await fromScratch(db));
    }
  }, 60_000);

  test("recover the parameters that the past was drawn from", async () => {
    const { db } = database();
    await write(database(), PLAN);
    const ctx = ctxOf(db);
    const all = await getRecovery(ctx, { drills: "without" });
    expect(all.recorded).toBe(1_200);
    expect(all.dots.length).toBeGreaterThan(500);
    const of = (groups: RecoveryGroup[], key: string) => {
      const group = groups.find((one) => one.key === key);
      if (!group) throw new Error(`there is no group ${key}`);
      return group;
    };
    // Rollbacks got faster by known measure, retoggles didn't.
    const rollback = of(all.groups.lever, "rollback");
    expect(isIn(rollback.ratio, 0.6)).toBe(true);
    expect(rollback.sentence).toMatch(/^Faster/);
    expect(of(all.groups.lever, "retoggle").sentence).toMatch(/^No clear change/);
    expect(isIn(of(all.groups.lever, "retoggle").ratio, 1)).toBe(true);
    const retoggled = await getRecovery(ctx, { drills: "without", lever: "retoggle" });
    let held = 0;
    for (const [phase, { medianMs }] of [
      ["detect", PLAN.detect],
      ["declare", PLAN.declare],
      ["decide", PLAN.decide],
      ["act", PLAN.act.retoggle],
      ["take-effect", PLAN.takeEffect.retoggle],
      ["verify", PLAN.verify],
    ] as const) {
      const { median } = of(retoggled.groups.phase, phase).now;
      if (isIn(median, medianMs)) held += 1;
      expect(isIn(widened(median), medianMs)).toBe(true);
    }
    // Of six intervals of 95 % one or two may miss, none by as much again.
    expect(held).toBeGreaterThanOrEqual(4);
    // P90 of a lognormal: its median times exp(1.2816 σ).
    const slowest = PLAN.decide.medianMs * Math.exp(1.2816 * PLAN.decide.sigma);
    expect(isIn(widened(of(retoggled.groups.phase, "decide").now.p90), slowest)).toBe(true);
  }, 60_000);

  test("recover the rates at which deploys failed", async () => {
    const { db } = database();
    await write(database(), { ...PLAN, changes: 9_000, incidents: 400 });
    const from = new Date(PLAN.from).toISOString();
    const measures = await getDelivery(ctxOf(db), { from });
    let held = 0;
    for (const [service, rate] of Object.entries(PLAN.failRates)) {
      if (isIn(measureOf(measures, service, "change-fail-rate").value, rate)) held += 1;
    }
    // Of twelve intervals of 95 %, one may miss, hardly two.
    expect(held).toBeGreaterThanOrEqual(10);
    const checkout = measureOf(measures, "checkout", "failed-deployment-recovery-time");
    const failed = await exportRecovery(ctxOf(db), {
      ...{ table: "delivery-rows" as const, measure: "failed-deployment-recovery-time" as const },
      ...{ service: "checkout", from, drills: "with" as const },
    });
    expect(failed).toHaveLength(checkout.denominator);
    expect(failed.every((row) => row.role === "failed" && Number(row.recoveryMs) > 0)).toBe(true);
  }, 60_000);
});

function isIn(quantile: RecoveryGroup["ratio"], truth: number): boolean {
  return (quantile?.low ?? truth + 1) <= truth && truth <= (quantile?.high ?? truth - 1);
}

/** An interval of 95 % half again as wide at each end: of thousands, one misses. */
function widened(quantile: RecoveryGroup["ratio"]): RecoveryGroup["ratio"] {
  if (quantile?.low == null || quantile.high === null) return null;
  const half = (quantile.high - quantile.low) / 2;
  return { ...quantile, low: quantile.low - half, high: quantile.high + half };
}

function measureOf(
  measures: DeliveryMeasure[],
  service: string,
  name: DeliveryMeasure["name"],
): DeliveryMeasure {
  const found = measures.find((one) => one.service === service && one.name === name);
  if (!found) throw new Error(`there is no ${name} of ${service}`);
  return found;
}
