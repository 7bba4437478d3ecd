import { afterAll, beforeAll, expect, test } from "vitest";
import { AlertGroup } from "@/lib/contracts/alert";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { receiveAlerts } from "@/lib/incidents/receive-alerts";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { learn } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewCard } from "./preview-card";

const MINUTE = 60_000;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());

function alerts(status: "firing" | "resolved", startsAt: Date): AlertGroup {
  return AlertGroup.parse({
    version: "4",
    groupKey: "{}:{}",
    receiver: "known-good",
    status,
    alerts: [
      {
        status,
        labels: { alertname: "HighErrors", service: "checkout" },
        startsAt: startsAt.toISOString(),
        endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
        fingerprint: "a:b",
      },
    ],
  });
}

eachDatabase("what to pull", (database) => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE);

  async function declared(ctx: Ctx, more: { services?: string[] } = {}): Promise<string> {
    await learn(ctx, world);
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"], ...more },
        harmBeganAt: ago(5).toISOString(),
      },
      { origin: "api" },
    );
    return incident.id;
  }
  const recommended = async (ctx: Ctx, incidentId: string) =>
    (await previewCard(ctx, { incidentId })).recommendation;

  test("is nothing while the signal is fine, and something as soon as it isn't", async () => {
    const ctx = ctxOn(world, database().db);
    world.signal.valueAt = () => 0.004;
    const id = await declared(ctx);
    expect(await recommended(ctx, id)).toMatchObject({
      lever: "none",
      because: expect.stringContaining("Checkout (Failed requests) is below its threshold"),
    });
    world.signal.valueAt = (tMs) => (tMs > Date.now() - MINUTE ? 0.3 : 0.004);
    expect((await recommended(ctx, id)).lever).not.toBe("none");
    world.signal.valueAt = (tMs) => (tMs < Date.now() - MINUTE ? 0.3 : 0.004);
    expect((await recommended(ctx, id)).because).toContain("nothing to restore now");
  });

  test("is what it would be when nobody knows how the signal is", async () => {
    world.signal.valueAt = () => 0.004;
    const ctx = ctxOn(world, database().db);
    const id = await declared(ctx);
    const quiet = { ...ctx, fileServices: [{ ...world.service, signal: null }] };
    expect((await recommended(quiet, id)).lever).not.toBe("none");
    world.signal.valueAt = () => null;
    expect((await recommended(ctx, id)).lever).not.toBe("none");
  });

  test("is what it would be as long as an alert fires", async () => {
    world.signal.valueAt = () => 0.004;
    const ctx = ctxOn(world, database().db);
    await learn(ctx, world);
    const startsAt = ago(5);
    const { incidentId } = await receiveAlerts(ctx, alerts("firing", startsAt));
    const id = incidentId ?? "";
    expect((await recommended(ctx, id)).lever).not.toBe("none");
    await receiveAlerts(ctx, alerts("resolved", startsAt));
    expect((await recommended(ctx, id)).because).toContain("nothing to restore");
    await receiveAlerts(ctx, alerts("firing", startsAt));
    expect((await recommended(ctx, id)).lever).not.toBe("none");
  });
});
