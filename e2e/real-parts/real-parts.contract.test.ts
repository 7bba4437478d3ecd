import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findChromium } from "./find-chromium.ts";
import { findKubectl } from "./find-kubectl.ts";
import { startRealAlertmanager } from "./start-real-alertmanager.ts";
import { startRealPostgres } from "./start-real-postgres.ts";
import { startRealPrometheus } from "./start-real-prometheus.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("on a machine that has nothing and may fetch nothing", () => {
  test.each([
    ["Prometheus", () => startRealPrometheus()],
    ["Alertmanager", () => startRealAlertmanager({ webhookUrl: "http://127.0.0.1:1/" })],
    ["kubectl", () => findKubectl()],
  ])("%s is absent, with a reason", async (_name, find) => {
    vi.stubEnv("PATH", "");
    vi.stubEnv("KNOWN_GOOD_TEST_OFFLINE", "1");
    const { part, reason } = await find();
    expect(part).toBeNull();
    expect(reason).toMatch(/is not installed, and fetching is switched off\.$/);
  });

  test("a wrongly named Chromium is not replaced by another", async () => {
    vi.stubEnv("KNOWN_GOOD_CHROMIUM", "/nowhere/chromium");
    const { part, reason } = await findChromium();
    expect(part).toBeNull();
    expect(reason).toContain("/nowhere/chromium");
  });
});

test("PostgreSQL answers queries, twice at once, and leaves nothing running", async (context) => {
  const found = await Promise.all([startRealPostgres(), startRealPostgres()]);
  for (const { part, reason } of found) {
    if (part === null) {
      context.skip(reason);
      continue;
    }
    const client = new pg.Client(part.url);
    await client.connect();
    const { rows } = await client.query("select current_setting('fsync') as fsync");
    expect(rows).toEqual([{ fsync: "off" }]);
    await client.end();
    await part.stop();
    await expect(new pg.Client(part.url).connect()).rejects.toThrow();
  }
}, 60_000);

test("Alertmanager sends what it is given to the webhook, with the token", async (context) => {
  const received: { authorization: string | undefined; body: string }[] = [];
  const webhook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      received.push({ authorization: request.headers.authorization, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
  const { port } = webhook.address() as AddressInfo;
  const { part, reason } = await startRealAlertmanager({
    webhookUrl: `http://127.0.0.1:${port}/alerts`,
    bearer: `odd "token'`,
  });
  try {
    if (part === null) return context.skip(reason);
    await part.postAlerts([{ labels: { alertname: "ErrorsHigh", service: "checkout" } }]);
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 15_000 });
    expect(received[0]?.authorization).toBe(`Bearer odd "token'`);
    expect(JSON.parse(received[0]?.body ?? "{}")).toMatchObject({
      status: "firing",
      groupLabels: { alertname: "ErrorsHigh", service: "checkout" },
      version: "4",
    });
  } finally {
    await part?.stop();
    webhook.close();
  }
}, 60_000);
