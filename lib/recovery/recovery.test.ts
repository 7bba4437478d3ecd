import { expect, test } from "vitest";
import { RecoveryView } from "@/lib/contracts/recovery";
import type { Ctx } from "@/lib/server/context";
import type { Database } from "@/lib/server/db";
import { eachDatabase } from "@/lib/server/test-database";
import { exportRecovery } from "./export-recovery";
import { fileOf } from "./file-of";
import { getDelivery } from "./get-delivery";
import { getRecovery } from "./get-recovery";
import { listDeliveryRows } from "./list-delivery-rows";

const NOW = Date.UTC(2026, 9, 1);
const MINUTE = 60_000;
const DAY = 86_400_000;
const at = (days: number, minutes = 0) => new Date(NOW - days * DAY + minutes * MINUTE);

type FreezeData = Parameters<Database["freeze"]["create"]>[0]["data"];
type Read = Pick<Ctx, "db" | "now" | "fileServices">;
const ctxOn = (db: Database): Read => ({ db, now: () => new Date(NOW), fileServices: [] });

async function incident(
  db: Database,
  days: number,
  more: { restoredAfter?: number | null; isDrill?: boolean; services?: string[] } = {},
): Promise<number> {
  const { restoredAfter = 10, isDrill = false, services = ["checkout"] } = more;
  const { number } = await db.incident.create({
    data: {
      ...{ title: "It hurts", severity: 2, status: "declared", services, isDrill },
      ...{ origin: "person", declaredBy: "Ada", harmBeganFrom: "person" },
      declaredAt: at(days, 4),
      harmBeganAt: at(days),
      restoredAt: restoredAfter === null ? null : at(days, restoredAfter),
    },
  });
  return number;
}

async function restoration(
  db: Database,
  incidentNumber: number,
  days: number,
  more: { lever?: string; suspectId?: string } = {},
) {
  const key = `${incidentNumber}-${Math.random()}`;
  const lever = more.lever ?? "retoggle";
  return db.restoration.create({
    data: {
      ...{ incidentNumber, lever, suspectId: more.suspectId ?? null, service: "checkout" },
      ...{ target: { lever, to: { state: "off" } }, label: "Turn it off", state: "verified" },
      ...{ by: "Ada", wasRecommended: true, pressKey: key, resource: key, plan: {} },
      ...{ instance: "test", plannedAt: at(days, 5), askedAt: at(days, 5) },
      ...{ acceptedAt: at(days, 6), inEffectAt: at(days, 8), endedAt: at(days, 13) },
    },
  });
}

async function deploy(db: Database, revision: number, days: number, template: string) {
  const id = `deploy-${revision}`;
  await db.change.create({
    data: {
      ...{ id, kind: "deploy", source: "cluster", naturalKey: id, subject: "shop/checkout" },
      ...{ services: ["checkout"], title: revision === 2 ? "=cmd()" : id, at: at(days) },
      ...{ completedAt: at(days, 2), mentions: [] },
      details: {
        ...{ kind: "deploy", uid: "u", revision, templateHash: template },
        ...{ returnsTo: null, restorationId: null },
      },
    },
  });
  return id;
}

eachDatabase("the recovery history", (database) => {
  test("of nothing says so everywhere and claims nothing", async () => {
    const ctx = ctxOn(database().db);
    const view = RecoveryView.parse(await getRecovery(ctx, { drills: "without" }));
    expect(view).toMatchObject({ dots: [], recorded: 0, looseEnds: [] });
    expect(view.advice).toEqual({ given: 0, followed: 0, right: 0, notFollowed: 0 });
    expect(view.groups.all[0]?.now).toMatchObject({ n: 0, median: null });
    expect(view.groups.all[0]?.sentence).toMatch(/^Not compared/);
    expect(view.groups.lever).toEqual([]);
    expect(await getDelivery(ctx, {})).toEqual([]);
    const nothing = await getDelivery(ctx, { service: "checkout" });
    expect(nothing.map(({ value, why }) => [value, why])).toEqual(
      Array.from({ length: 5 }, () => [null, "The ledger doesn't reach back to this period."]),
    );
    const file = fileOf(
      await exportRecovery(ctx, { table: "incidents", drills: "without" }),
      "incidents",
      "csv",
    );
    expect((await file.text()).trim()).toBe(
      "incident,declared_at,recovery_ms,lever,severity,services,drill,detect_ms,declare_ms,decide_ms,act_ms,take_effect_ms,verify_ms",
    );
  });

  test("of one incident shows it without an interval; what changes it changes the history", async () => {
    const { db } = database();
    const ctx = ctxOn(db);
    const number = await incident(db, 20);
    const first = await getRecovery(ctx, { drills: "without" });
    expect(first.dots).toMatchObject([{ incidentId: "INC-1", ms: 10 * MINUTE, lever: "none" }]);
    await restoration(db, number, 20);
    const view = await getRecovery(ctx, { drills: "without" });
    expect(view.dots).toMatchObject([{ ms: 13 * MINUTE, lever: "retoggle" }]);
    expect(view.groups.all[0]?.now).toMatchObject({ n: 1, median: { low: null, high: null } });
    expect(view.groups.phase.map(({ now }) => now.median?.value)).toEqual(
      [4, 0, 1, 1, 2, 5].map((minutes) => minutes * MINUTE),
    );
    expect(view.advice).toEqual({ given: 1, followed: 1, right: 1, notFollowed: 0 });
    expect(view.looseEnds).toEqual([{ kind: "flag-left-off", label: "A flag left off", n: 1 }]);
    await db.incident.update({ where: { number }, data: { restoredAt: null } });
    expect((await getRecovery(ctx, { drills: "without" })).dots).toEqual([]);
  });

  test("leaves drills out unless asked, and filters by service, lever, severity and time", async () => {
    const { db } = database();
    const ctx = ctxOn(db);
    await incident(db, 10);
    await incident(db, 20, { isDrill: true });
    await restoration(db, await incident(db, 30, { services: ["search"] }), 30);
    await incident(db, 500);
    const found = async (query: Partial<Parameters<typeof getRecovery>[1]>) => {
      const { dots } = await getRecovery(ctx, { drills: "without", ...query });
      return dots.map(({ incidentId }) => incidentId).sort();
    };
    expect(await found({})).toEqual(["INC-1", "INC-3"]);
    expect(await found({ drills: "with" })).toEqual(["INC-1", "INC-2", "INC-3"]);
    expect(await found({ drills: "only" })).toEqual(["INC-2"]);
    expect(await found({ service: "search" })).toEqual(["INC-3"]);
    expect(await found({ lever: "none" })).toEqual(["INC-1"]);
    expect(await found({ severity: 1 })).toEqual([]);
    expect(await found({ from: at(600).toISOString(), to: at(400).toISOString() })).toEqual([
      "INC-4",
    ]);
    const before = await getRecovery(ctx, { drills: "without" });
    expect(before.groups.all[0]?.before.n).toBe(1);
    await expect(
      found({ from: at(1).toISOString(), to: at(2).toISOString() }),
    ).rejects.toMatchObject({
      code: "bad-period",
    });
  });

  test("knows how long deliveries of each service were frozen, drills only when asked for", async () => {
    const { db } = database();
    const ctx = ctxOn(db);
    const freeze = (days: number, services: string[], more: Partial<FreezeData> = {}) => {
      const [createdAt, until] = [at(days), at(days, 60)];
      return db.freeze.create({
        data: { services, reason: "R", by: "Ada", createdAt, until, ...more },
      });
    };
    await freeze(10, ["checkout"], { thawedAt: at(10, 30) });
    await freeze(20, ["search"], { until: at(20, 90), thawedAt: at(20, 95), renewals: 1 });
    await freeze(30, ["checkout"], { incidentNumber: await incident(db, 30, { isDrill: true }) });
    await freeze(366, ["checkout"]);
    await freeze(0, [], { createdAt: at(0, -15) });
    const read = async (query: Partial<Parameters<typeof getRecovery>[1]>) =>
      (await getRecovery(ctx, { drills: "without", ...query })).freezeHours;
    expect(await read({})).toEqual({
      hours: 2.25,
      why: "in 3 freezes",
      services: [
        { service: "search", title: "search", hours: 1.75 },
        { service: "checkout", title: "checkout", hours: 0.75 },
      ],
    });
    expect(await read({ drills: "with" })).toMatchObject({ hours: 3.25 });
    expect(await read({ drills: "only" })).toMatchObject({ hours: 1, why: "in one freeze" });
    expect(await read({ service: "checkout" })).toMatchObject({ hours: 0.75 });
    const before = { from: at(400).toISOString(), to: at(366, 15).toISOString() };
    expect(await read(before)).toMatchObject({ hours: 0.25 });
    expect(await read({ from: at(9).toISOString(), to: at(8).toISOString() })).toMatchObject({
      hours: 0,
      services: [],
    });
    const rows = await exportRecovery(ctx, { table: "freeze-hours", drills: "without" });
    expect(await fileOf(rows, "freeze-hours", "csv").text()).toContain("search,search,1.75\r\n");
  });

  test("of ten thousand incidents is whole", async () => {
    const { db } = database();
    await db.$executeRaw`
      INSERT INTO "Incident" ("title", "severity", "status", "services", "origin", "declaredBy",
        "declaredAt", "harmBeganAt", "harmBeganFrom", "restoredAt")
      SELECT 'It hurts', 1 + n % 4, 'restored', ARRAY['service-' || n % 30], 'api', 'Ada', day,
             day - interval '2 minutes', 'person', day + make_interval(secs => 60 + n % 5000)
        FROM generate_series(1, 10000) n,
             LATERAL (SELECT ${at(0, -60)}::timestamptz - make_interval(mins => n * 50) AS day) d`;
    const view = await getRecovery(ctxOn(db), { drills: "without" });
    expect(view.recorded).toBe(10_000);
    expect(view.dots).toHaveLength(10_000);
    expect(view.groups.service).toHaveLength(30);
    expect(view.groups.severity.map(({ now }) => now.n)).toEqual([2_500, 2_500, 2_500, 2_500]);
  });
});

eachDatabase("delivery measures", (database) => {
  test("open to the rows that they are made of", async () => {
    const { db } = database();
    const ctx = ctxOn(db);
    await deploy(db, 1, 40, "A");
    await deploy(db, 2, 30, "B");
    await deploy(db, 3, 20, "A");
    const five = await getDelivery(ctx, { service: "checkout" });
    const measure = (name: string) => five.find((one) => one.name === name);
    expect(measure("deployment-frequency")).toMatchObject({
      numerator: 2,
      denominator: 5.71,
      before: null,
    });
    expect(measure("change-fail-rate")).toMatchObject({
      numerator: 1,
      denominator: 2,
      value: { value: 0.5 },
    });
    expect(measure("deployment-rework-rate")).toMatchObject({ numerator: 1, denominator: 3 });
    expect(measure("failed-deployment-recovery-time")?.value?.value).toBe(10 * DAY + 2 * MINUTE);
    expect(measure("change-lead-time")).toMatchObject({
      value: null,
      why: expect.stringContaining("merges"),
    });
    const { items } = await listDeliveryRows(ctx, { measure: "change-fail-rate" });
    expect(items.map(({ changeId, role }) => [changeId, role])).toEqual([
      ["deploy-2", "failed"],
      ["deploy-1", "normal"],
    ]);
    const page = await listDeliveryRows(ctx, { limit: 2 });
    const rest = await listDeliveryRows(ctx, { limit: 2, after: page.next ?? "" });
    expect([...page.items, ...rest.items].map(({ changeId }) => changeId)).toEqual([
      "deploy-3",
      "deploy-2",
      "deploy-1",
    ]);
    expect(rest.next).toBeNull();
  });

  test("blame a deploy for a flag turned back only when it was the suspect", async () => {
    const { db } = database();
    const ctx = ctxOn(db);
    const suspectId = await deploy(db, 1, 21, "A");
    await getDelivery(ctx, {});
    await restoration(db, await incident(db, 20), 20, { suspectId });
    const { items } = await listDeliveryRows(ctx, { measure: "failed-deployment-recovery-time" });
    expect(items).toMatchObject([{ changeId: "deploy-1", recoveryMs: DAY + 13 * MINUTE }]);
  });

  test("leave in a file no cell that a spreadsheet runs", async () => {
    const { db } = database();
    await deploy(db, 2, 30, "B");
    const rows = await exportRecovery(ctxOn(db), { table: "delivery-rows", drills: "with" });
    const file = fileOf(rows, "delivery-rows", "csv");
    expect(file.headers.get("content-disposition")).toContain("delivery-rows.csv");
    expect(await file.text()).toContain(",'=cmd(),");
    const json = await fileOf(rows, "delivery-rows", "json").text();
    expect(JSON.parse(json)).toMatchObject([{ title: "=cmd()", role: "normal" }]);
    for (const table of ["groups", "delivery", "definitions", "advice", "loose-ends"] as const) {
      const any = await exportRecovery(ctxOn(db), { table, drills: "with" });
      expect((await fileOf(any, table, "csv").text()).split("\r\n")[0]).not.toBe("");
    }
  });
});
