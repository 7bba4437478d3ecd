import { expect, test } from "vitest";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { DETAILS, pastChange } from "@/lib/server/test-incident";
import { checkoutService } from "@/lib/server/test-names";
import { addNote } from "./add-note";
import { correctIncident } from "./correct-incident";
import { declareIncident } from "./declare-incident";
import { getIncidentView } from "./get-incident-view";

const MINUTE = 60_000;
const nowhere = "http://127.0.0.1:9";
const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };

eachDatabase("an incident while much changes", (database) => {
  const ago = (ms: number) => new Date(Date.now() - ms);

  async function started(harmMs: number) {
    const ctx = ctxOn({ addresses, service: checkoutService() }, database().db);
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"] },
        harmBeganAt: ago(harmMs).toISOString(),
      },
      { origin: "api" },
    );
    return { ctx, incident };
  }

  const deploy = (ctx: Ctx, id: string, at: Date) =>
    pastChange(ctx.db, {
      ...{ id, at, title: `checkout ${id}`, source: "cluster", subject: "shop/checkout" },
      details: DETAILS.deploy(3),
    });

  /** A ConfigMap that is written once a second, from some moment on. */
  async function written(ctx: Ctx, times: number, from: Date): Promise<void> {
    const details = {
      ...{ kind: "config", namespace: "shop", object: "ConfigMap/leader", keys: ["holder"] },
      ...{ added: [], removed: [], action: "changed", deployments: ["checkout"] },
      ...{ noticed: "while-running", writtenBy: null },
    };
    await ctx.db.change.createMany({
      data: Array.from({ length: times }, (_, n) => ({
        ...{ id: `config-${from.getTime()}-${n}`, naturalKey: `config-${from.getTime()}-${n}` },
        ...{ kind: "config", source: "cluster", subject: "shop/ConfigMap/leader" },
        ...{ services: ["checkout"], title: "ConfigMap leader: holder changed", mentions: [] },
        ...{ at: new Date(from.getTime() + n * 1_000), details },
      })),
    });
  }

  test("a ConfigMap that is written every second hides no deploy", async () => {
    const { ctx, incident } = await started(5 * MINUTE);
    await deploy(ctx, "d-1", ago(14 * MINUTE));
    await written(ctx, 800, ago(13 * MINUTE));
    const { changes, suspects } = await getIncidentView(ctx, { id: incident.id });
    expect(changes.map(({ id }) => id)).toContain("d-1");
    expect(suspects.map(({ id }) => id)).toContain("d-1");
    expect(changes.length).toBeLessThanOrEqual(400);
  });

  test("what came since hides nothing, however long ago harm is said to have begun", async () => {
    const { ctx, incident } = await started(5 * MINUTE);
    const began = ago(700 * 24 * 60 * MINUTE);
    await deploy(ctx, "d-old", new Date(began.getTime() - 10 * MINUTE));
    for (let day = 1; day <= 450; day += 1) {
      await deploy(ctx, `d-${day}`, new Date(began.getTime() + day * 24 * 60 * MINUTE));
    }
    await correctIncident(ctx, {
      ...{ id: incident.id, version: incident.version, harmBeganAt: began.toISOString() },
    });
    const { suspects } = await getIncidentView(ctx, { id: incident.id });
    expect(suspects.map(({ id }) => id)).toEqual(["d-old"]);
  });

  test("logs pasted by the megabyte don't make it slow", async () => {
    const { ctx, incident } = await started(5 * MINUTE);
    await deploy(ctx, "d-1", ago(6 * MINUTE));
    for (let n = 0; n < 150; n += 1) {
      await addNote(ctx, { id: incident.id, text: `${n} ${"a.b-".repeat(2_400)}` });
    }
    const began = performance.now();
    const { entries } = await getIncidentView(ctx, { id: incident.id });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(entries.length).toBeGreaterThan(150);
  });
});
