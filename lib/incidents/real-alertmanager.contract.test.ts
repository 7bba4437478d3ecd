import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AlertGroup } from "@/lib/contracts/alert";
import { openDatabase } from "@/lib/server/db";
import { migrate, readMigrations } from "@/lib/server/migrate";
import { ctxOn } from "@/lib/server/test-ctx";
import { checkoutService } from "@/lib/server/test-names";
import { findProgram } from "../../e2e/real-parts/find-program.ts";
import { startRealAlertmanager } from "../../e2e/real-parts/start-real-alertmanager.ts";
import { getIncidentView } from "./get-incident-view";
import { receiveAlerts } from "./receive-alerts";

const found = await findProgram(
  ["prometheus-alertmanager", "alertmanager"],
  "prometheus-alertmanager",
);
const why = found.reason === null ? "" : ` (skipped: ${found.reason})`;
const nowhere = "http://127.0.0.1:9";

test.skipIf(found.part === null)(
  `a real Alertmanager: one incident a group, its end an entry that closes nothing${why}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "known-good-alerts-"));
    const opened = await openDatabase({ dataDir: folder });
    onTestFinished(async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await migrate(opened.connection, readMigrations("prisma/migrations"));
    const addresses = {
      kubernetes: nowhere,
      github: nowhere,
      unleash: nowhere,
      prometheus: nowhere,
    };
    const service = { ...checkoutService(), signal: null };
    const ctx = ctxOn({ addresses, service }, opened.db);
    let isFirst = true;
    const receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const taken = receiveAlerts(ctx, AlertGroup.parse(JSON.parse(body)));
      const status = await taken.then(
        // The first delivery is taken and told otherwise, so that it is sent again.
        () => (isFirst ? 503 : 202),
        () => 500,
      );
      isFirst = false;
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const { part, reason } = await startRealAlertmanager({
      webhookUrl: `http://127.0.0.1:${port}/alerts`,
    });
    if (!part) throw new Error(reason);
    onTestFinished(() => part.stop());

    const startsAt = Date.now() - 60_000;
    const alert = (pod: string, endsAt?: number) => ({
      labels: { alertname: "HighErrors", service: "checkout", severity: "critical", pod },
      annotations: { summary: "Checkout fails for many" },
      startsAt,
      ...(endsAt ? { endsAt } : {}),
    });
    await part.postAlerts([alert("a"), alert("b")]);
    const alerts = async () => {
      const { entries } = await getIncidentView(ctx, { id: "INC-1" });
      return entries.filter((entry) => entry.kind === "alert");
    };
    await expect.poll(() => opened.db.incident.count(), { timeout: 15_000 }).toBe(1);
    await expect.poll(async () => (await alerts()).length, { timeout: 15_000 }).toBe(2);
    await part.postAlerts([alert("a", Date.now() - 1), alert("b", Date.now() - 1)]);
    await expect.poll(async () => (await alerts()).length, { timeout: 20_000 }).toBe(4);
    const { incident } = await getIncidentView(ctx, { id: "INC-1" });
    expect(incident).toMatchObject({
      ...{ title: "Checkout fails for many", severity: 1, status: "declared" },
      ...{ services: ["checkout"], origin: "alertmanager", harmBeganFrom: "alert" },
      harmBeganAt: new Date(startsAt).toISOString(),
    });
    expect(await opened.db.incident.count()).toBe(1);
  },
);
