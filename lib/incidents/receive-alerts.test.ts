import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AlertGroup } from "@/lib/contracts/alert";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase, embeddedDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { correctIncident } from "./correct-incident";
import { getIncidentView } from "./get-incident-view";
import { receiveAlerts } from "./receive-alerts";

const nowhere = "http://127.0.0.1:9";
const NEVER = "0001-01-01T00:00:00Z";

function quietCtx(db: Ctx["db"]): Ctx {
  const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };
  return ctxOn({ addresses, service: { ...checkoutService(), signal: null } }, db);
}

/** Alerts of one group by fingerprint: since when, and until when if it is over. */
function group(alerts: Record<string, [startsAt: string, endsAt?: string]>): AlertGroup {
  const isOver = Object.values(alerts).every(([, endsAt]) => endsAt !== undefined);
  return AlertGroup.parse({
    version: "4",
    groupKey: '{}:{alertname="HighErrors"}',
    receiver: "known-good",
    status: isOver ? "resolved" : "firing",
    commonLabels: { alertname: "HighErrors", severity: "critical" },
    commonAnnotations: { summary: "Checkout fails for many" },
    alerts: Object.entries(alerts).map(([fingerprint, [startsAt, endsAt]]) => ({
      status: endsAt ? "resolved" : "firing",
      labels: { alertname: "HighErrors", service: "checkout" },
      annotations: {},
      startsAt,
      endsAt: endsAt ?? NEVER,
      fingerprint,
    })),
  });
}

const START = "2026-11-20T10:00:00.000Z";
const LATER = "2026-11-20T10:05:00.000Z";
const END = "2026-11-20T10:20:00.000Z";
const NEXT = "2026-11-20T11:30:00.000Z";

eachDatabase("alerts", (database) => {
  test("a group is one incident however often and at once it is delivered", async () => {
    const ctx = quietCtx(database().db);
    const deliveries = Array.from({ length: 12 }, () => receiveAlerts(ctx, group({ a: [START] })));
    const answers = await Promise.all(deliveries);
    expect(new Set(answers.map((one) => one.incidentId)).size).toBe(1);
    expect(await ctx.db.incident.count()).toBe(1);
    const id = answers[0]?.incidentId ?? "";
    const { incident, entries } = await getIncidentView(ctx, { id });
    expect(incident).toMatchObject({
      title: "Checkout fails for many",
      severity: 1,
      services: ["checkout"],
      origin: "alertmanager",
      commander: null,
      harmBeganAt: START,
      harmBeganFrom: "alert",
    });
    expect(entries.filter((entry) => entry.kind === "alert")).toHaveLength(1);
  });

  test("a resolved alert is an entry and closes nothing; the next after closing is a new incident", async () => {
    const ctx = quietCtx(database().db);
    expect(await receiveAlerts(ctx, group({ a: [START, END] }))).toEqual({ incidentId: null });
    const { incidentId } = await receiveAlerts(ctx, group({ a: [START] }));
    await receiveAlerts(ctx, group({ a: [START], b: [LATER] }));
    await receiveAlerts(ctx, group({ a: [START, END], b: [LATER, END] }));
    await receiveAlerts(ctx, group({ a: [START, END], b: [LATER, END] }));
    const id = incidentId ?? "";
    const { incident, entries } = await getIncidentView(ctx, { id });
    expect(incident.status).toBe("declared");
    const alerts = entries.filter((entry) => entry.kind === "alert");
    expect(alerts.map((entry) => entry.at)).toEqual([START, LATER, END, END]);
    expect(alerts.map((entry) => entry.text)).toContain("HighErrors stopped firing");
    await correctIncident(ctx, { id, version: incident.version, status: "resolved" });
    expect(await receiveAlerts(ctx, group({ a: [END] }))).not.toEqual({ incidentId });
    expect(await ctx.db.incident.count()).toBe(2);
  });

  test("what looks secret in an alert is masked before anything of it is kept", async () => {
    const ctx = quietCtx(database().db);
    const said = "No answer from postgres://shop:hunter2@db:5432/shop, password=hunter2";
    const one = group({ a: [START] });
    const alerts = one.alerts.map((alert) => ({
      ...alert,
      labels: { ...alert.labels, dsn: "shop:hunter2@tcp(db:3306)/shop" },
      annotations: { summary: said, description: said },
      generatorURL: "https://mira:hunter2@prometheus.example/graph?g0.expr=up",
    }));
    const groupKey = '{}:{dsn="shop:hunter2@tcp(db:3306)/shop"}';
    const told = { ...one, groupKey, commonAnnotations: { summary: said }, alerts };
    const { incidentId } = await receiveAlerts(ctx, told);
    expect(await receiveAlerts(ctx, told)).toEqual({ incidentId });
    const other = { ...told, groupKey: groupKey.replace("hunter2", "hunter3") };
    expect((await receiveAlerts(ctx, other)).incidentId).not.toBe(incidentId);
    expect(JSON.stringify(await ctx.db.incident.findMany())).not.toMatch(/hunter/);
    const view = await getIncidentView(ctx, { id: incidentId ?? "" });
    const shown = "No answer from postgres://••••••@db:5432/shop, password=••••••";
    expect(view.incident.title).toBe(shown);
    expect(view.entries).toContainEqual(
      expect.objectContaining({
        text: `HighErrors fires: ${shown}`,
        url: "https://prometheus.example/graph?g0.expr=up",
      }),
    );
    expect(JSON.stringify(view)).not.toContain("hunter2");
    const kept = await ctx.db.incidentEvidence.findMany();
    expect(kept.flatMap(({ alertTexts }) => alertTexts).join()).toContain("••••••@tcp(db:3306)");
    expect(JSON.stringify(kept)).not.toContain("hunter2");
  });

  const restored = async (ctx: Ctx) => {
    const { incidentId } = await receiveAlerts(ctx, group({ a: [START] }));
    await receiveAlerts(ctx, group({ a: [START, END] }));
    const id = incidentId ?? "";
    const { incident } = await getIncidentView(ctx, { id });
    await correctIncident(ctx, { id, version: incident.version, status: "restored" });
    return id;
  };

  test.each([
    ["a later start", NEXT],
    ["its first start still", START],
  ])(
    "an alert that fires again with %s opens a restored incident again, once",
    async (_, since) => {
      const ctx = quietCtx(database().db);
      const id = await restored(ctx);
      const again = () =>
        Promise.all(Array.from({ length: 8 }, () => receiveAlerts(ctx, group({ a: [since] }))));
      for (const { incidentId } of [...(await again()), ...(await again())]) {
        expect(incidentId).toBe(id);
      }
      const { incident, entries } = await getIncidentView(ctx, { id });
      expect(incident).toMatchObject({ status: "declared", restoredAt: null, harmBeganAt: START });
      const texts = (kind: string) =>
        entries.flatMap((entry) => (entry.kind === kind ? entry.text : []));
      expect(texts("alert").filter((text) => text.includes("fires again"))).toHaveLength(1);
      expect(texts("status").filter((text) => text.includes("reopened"))).toEqual([
        "Alertmanager reopened it: HighErrors fires again",
      ]);
      expect(await ctx.db.auditEntry.count({ where: { action: "reopen-incident" } })).toBe(1);
      expect(await ctx.db.incident.count()).toBe(1);
      // Whoever restores it once more isn't contradicted by the same firing.
      await correctIncident(ctx, { id, version: incident.version, status: "restored" });
      await again();
      expect((await getIncidentView(ctx, { id })).incident.status).toBe("restored");
    },
  );

  test("what isn't a new firing leaves a restored incident alone", async () => {
    const ctx = quietCtx(database().db);
    const id = await restored(ctx);
    await receiveAlerts(ctx, group({ a: [START, END] }));
    await receiveAlerts(ctx, group({ a: [START, END], b: [LATER, END] }));
    // Comes after its end: late news.
    await receiveAlerts(ctx, group({ a: [START, END], b: [LATER] }));
    expect((await getIncidentView(ctx, { id })).incident.status).toBe("restored");
  });

  test("a resolved incident stays closed: what fires again is a new one, once", async () => {
    const ctx = quietCtx(database().db);
    const id = await restored(ctx);
    const { incident } = await getIncidentView(ctx, { id });
    await correctIncident(ctx, { id, version: incident.version, status: "resolved" });
    const again = Array.from({ length: 8 }, () => receiveAlerts(ctx, group({ a: [NEXT] })));
    const ids = new Set((await Promise.all(again)).map(({ incidentId }) => incidentId));
    expect([...ids]).toEqual(["INC-2"]);
    expect((await getIncidentView(ctx, { id })).incident.status).toBe("resolved");
  });
});

describe("deliveries after the first", () => {
  const database = embeddedDatabase();
  const told = [
    group({ a: [START], b: [LATER] }),
    group({ a: [START, END], b: [LATER] }),
    group({ a: [START, END], b: [LATER, END] }),
  ];
  const deliveries = fc.array(fc.constantFrom(0, 1, 2), { minLength: 3, maxLength: 8 });

  test("leave the same timeline in any order and number", async () => {
    const ctx = quietCtx(database().db);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(deliveries, async (order) => {
        run += 1;
        const receiver = `run-${run}`;
        const { incidentId } = await receiveAlerts(ctx, { ...group({ a: [START] }), receiver });
        for (const which of [...order, 0, 1, 2]) {
          const one = told[which];
          if (one) await receiveAlerts(ctx, { ...one, receiver });
        }
        const { incident, entries } = await getIncidentView(ctx, { id: incidentId ?? "" });
        expect(incident.status).toBe("declared");
        const alerts = entries.filter((entry) => entry.kind === "alert");
        // Nothing on the wire tells a start that comes after its end from an alert that fires again:
        // each of the two alerts may seem to, once.
        const again = alerts.filter((entry) => entry.text.includes("fires again"));
        expect(again.length).toBeLessThanOrEqual(2);
        const others = alerts.filter((entry) => !again.includes(entry));
        expect(others.map((entry) => entry.at)).toEqual([START, LATER, END, END]);
      }),
      { numRuns: 12 },
    );
  });
});
