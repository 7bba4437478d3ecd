import { afterEach, expect, test } from "vitest";
import type { Series } from "./evaluate-promql.ts";
import {
  type PrometheusOptions,
  type PrometheusSandbox,
  startPrometheus,
} from "./start-prometheus.ts";

const NOW = Date.parse("2026-11-02T10:00:00Z");
const running: PrometheusSandbox[] = [];

// A straight line through time: its value tells when it was read.
const clock: Series = {
  labels: { __name__: "clock", service: "checkout" },
  valueAt: (tMs) => (tMs < NOW - 60_000 ? null : (tMs - NOW) / 1_000),
};

async function start(options: Partial<PrometheusOptions> = {}) {
  const sandbox = await startPrometheus({ now: () => NOW, series: () => [clock], ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

async function ask(sandbox: PrometheusSandbox, path: string, init?: RequestInit) {
  const response = await fetch(sandbox.url + path, init);
  return { status: response.status, text: await response.text() };
}

test("reads a moving series when asked, and not where it has no value", async () => {
  const sandbox = await start();
  const parameters = `query=clock&start=${NOW / 1_000 - 70}&end=${NOW / 1_000 - 50}&step=5`;
  const { text } = await ask(sandbox, `/api/v1/query_range?${parameters}`);
  expect(JSON.parse(text).data.result).toEqual([
    {
      metric: { __name__: "clock", service: "checkout" },
      values: [
        [NOW / 1_000 - 60, "-60"],
        [NOW / 1_000 - 55, "-55"],
        [NOW / 1_000 - 50, "-50"],
      ],
    },
  ]);
});

test("averages the samples of a range, its left edge left out", async () => {
  const sandbox = await start({ scrapeIntervalMs: 5_000 });
  const { text } = await ask(sandbox, "/api/v1/query?query=avg_over_time(clock[10s])");
  // Samples at -5 s and 0 s, not the one at -10 s.
  expect(JSON.parse(text).data.result[0].value[1]).toBe("-2.5");
});

test.each(["rate(clock[5m])", "clock > 1", "topk(1, clock)", "clock offset 5m", '"text"'])(
  "says that it does not evaluate %s",
  async (query) => {
    const sandbox = await start();
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const { status, text } = await ask(sandbox, path);
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ status: "error", errorType: "execution" });
    expect(text).toContain("does not evaluate");
  },
);

test("asks for its bearer token, except for its health", async () => {
  const sandbox = await start({ bearer: "secret" });
  expect((await ask(sandbox, "/api/v1/query?query=1")).status).toBe(401);
  const wrong = { headers: { authorization: "Bearer other" } };
  expect((await ask(sandbox, "/api/v1/query?query=1", wrong)).status).toBe(401);
  const right = { headers: { authorization: "Bearer secret" } };
  expect((await ask(sandbox, "/api/v1/query?query=1", right)).status).toBe(200);
  expect((await ask(sandbox, "/-/healthy")).status).toBe(200);
});

test("misbehaves as told and recovers", async () => {
  const sandbox = await start();
  const path = "/api/v1/query?query=1";
  sandbox.faults.set({ mode: "error" });
  expect((await ask(sandbox, path)).status).toBe(500);
  sandbox.faults.set({ mode: "unauthorized" });
  expect((await ask(sandbox, path)).status).toBe(401);
  sandbox.faults.set({ mode: "refuse" });
  await expect(ask(sandbox, path)).rejects.toThrow();
  sandbox.faults.set({ mode: "hang" });
  await expect(ask(sandbox, path, { signal: AbortSignal.timeout(150) })).rejects.toThrow();
  sandbox.faults.set({ mode: "slow", delayMs: 120 });
  const begun = performance.now();
  expect((await ask(sandbox, path)).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThan(100);
  sandbox.faults.set({ mode: "none" });
  expect((await ask(sandbox, path)).status).toBe(200);
  expect(sandbox.requests().at(-1)).toMatchObject({ method: "GET", path, status: 200 });
});

test("keeps the last 2,000 requests and no more", async () => {
  const sandbox = await start();
  for (let index = 0; index < 2_005; index++) await ask(sandbox, `/-/healthy?${index}`);
  const requests = sandbox.requests();
  expect(requests).toHaveLength(2_000);
  expect(requests[0]?.path).toBe("/-/healthy?5");
});

test("escapes what it shows on its page", async () => {
  const series: Series = { labels: { __name__: "<b>" }, valueAt: () => 1 };
  const sandbox = await start({ series: () => [series] });
  const { text } = await ask(sandbox, "/graph?g0.expr=%3Cscript%3E");
  expect(text).toContain("&lt;script&gt;");
  expect(text).not.toContain("<script>");
  expect(text).not.toContain("<b>");
});
