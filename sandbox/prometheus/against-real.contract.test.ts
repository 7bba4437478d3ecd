import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type RealPrometheus,
  startRealPrometheus,
} from "../../e2e/real-parts/start-real-prometheus.ts";
import { type PrometheusSandbox, startPrometheus } from "./start-prometheus.ts";

const GAUGES: [string, Record<string, string>, number][] = [
  ["errors", { job: "shop", service: "checkout", status: "500" }, 3],
  ["errors", { job: "shop", service: "checkout", status: "502" }, 1.5],
  ["requests", { job: "shop", service: "checkout" }, 100],
  ["requests", { job: "shop", service: "search" }, 60],
  ["strange", { job: "shop" }, Number.NaN],
  ["endless", { job: "shop" }, Number.POSITIVE_INFINITY],
  ["tiny", { job: "shop" }, 1.2e-9],
  ["big", { job: "shop" }, 1.5e22],
];

// Two ways in which the versions differ are left out: newer ones read `5m` as a number.
const QUERIES = [
  "errors",
  'errors{status="500"}',
  'errors{status!="500"}',
  'errors{status=~"50[0-1]"}',
  'errors{status!~"50[0-1]"}',
  'errors{status=~"5"}',
  'errors{nope=""}',
  '{__name__="errors",status="502"}',
  "1",
  "1 / 0",
  "-1 / 0",
  "0x1F",
  "-errors",
  "errors * 2 - 1",
  "2 / errors",
  "errors ^ 2 % 4",
  "errors / requests",
  "errors / errors",
  "sum(errors) / sum(requests)",
  "100 * sum by (service) (errors) / sum by (service) (requests)",
  "sum(errors) by (status)",
  "max(errors)",
  "min(errors)",
  "count(errors)",
  "avg by (service, nope) (errors)",
  "sum without (status) (errors)",
  "sum(nope)",
  "nope",
  "strange",
  "sum(strange)",
  "max(strange)",
  "endless",
  "tiny",
  "big",
  "(errors)",
  "avg_over_time(errors[5s])",
  "max_over_time(requests[5s]) - 1",
];

// Here the sandbox words some parse errors its own way, so only their kind is compared.
const REFUSED = [
  "{}",
  '{status=~".*"}',
  "",
  "errors(",
  "errors{",
  "errors{status=500}",
  "foo(errors)",
  "sum(errors, errors)",
  "sum(1)",
  'errors{status=~"["}',
  "avg_over_time(errors)",
  "errors + ",
];

const real = await startRealPrometheus();
if (real.reason !== null) console.warn(`Compared with no real Prometheus: ${real.reason}`);

describe.skipIf(real.part === null)("beside a real Prometheus", () => {
  let prometheus: RealPrometheus;
  let sandbox: PrometheusSandbox;
  let time = 0;

  beforeAll(async () => {
    if (real.part === null) throw new Error(real.reason);
    prometheus = real.part;
    for (const [name, labels, value] of GAUGES) prometheus.setGauge(name, labels, value);
    await prometheus.scraped();
    time = Math.ceil(Date.now() / 1_000);
    sandbox = await startPrometheus({
      scrapeIntervalMs: 1_000,
      series: () =>
        GAUGES.map(([name, labels, value]) => ({
          labels: { __name__: name, ...labels },
          valueAt: () => value,
        })),
    });
  }, 60_000);

  afterAll(async () => {
    await sandbox?.stop();
    await prometheus?.stop();
  });

  async function both(path: string, init?: RequestInit) {
    const ask = async (url: string) => {
      const response = await fetch(url + path, init);
      const text = await response.text();
      const body: unknown = text.startsWith("{") ? JSON.parse(text) : text;
      return { status: response.status, body };
    };
    return { theirs: await ask(prometheus.url), ours: await ask(sandbox.url) };
  }

  test.each(QUERIES)("answers alike: %s", async (query) => {
    const instant = await both(`/api/v1/query?query=${encodeURIComponent(query)}&time=${time}.25`);
    expect(instant.theirs.status).toBe(200);
    expect(instant.ours).toEqual(instant.theirs);
    const range = await both(
      `/api/v1/query_range?query=${encodeURIComponent(query)}&start=${time}&end=${time + 1}&step=0.5`,
    );
    expect(range.theirs.status).toBe(200);
    expect(range.ours).toEqual(range.theirs);
  });

  test.each(REFUSED)("refuses alike: %s", async (query) => {
    const { theirs, ours } = await both(`/api/v1/query?query=${encodeURIComponent(query)}`);
    expect(theirs.status).toBe(400);
    expect(ours.status).toBe(400);
    expect(ours.body).toMatchObject({ status: "error", errorType: "bad_data" });
    expect(JSON.stringify(ours.body)).toMatch(/parse error/);
  });

  test.each([
    "start=9&end=5&step=1",
    "start=5&end=9&step=0",
    "start=5&end=9&step=-1",
    "start=5&end=9&step=x",
    "start=5&end=9",
    "start=x&end=9&step=1",
    "end=9&step=1",
    "start=5&step=1",
    "start=0&end=11001&step=1",
    "start=0&end=11000&step=1",
    "start=5&end=9&step=1&timeout=x",
  ])("judges a range alike: %s", async (parameters) => {
    const { theirs, ours } = await both(`/api/v1/query_range?query=errors{x="y"}&${parameters}`);
    expect(ours).toEqual(theirs);
  });

  test.each([
    "/api/v1/query?query=errors&time=garbage",
    "/api/v1/query?query=errors&timeout=garbage",
    "/api/v1/query_range?query=errors[3s]&start=5&end=9&step=1",
    "/api/v1/label/status/values",
    "/api/v1/rules",
    "/api/v1/nope",
    "/-/healthy",
    "/-/ready",
  ])("answers alike: %s", async (path) => {
    const { theirs, ours } = await both(path);
    expect(ours).toEqual(theirs);
  });

  test("reads a form body", async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `query=${encodeURIComponent("sum(errors)")}&time=${time}`,
    };
    const { theirs, ours } = await both("/api/v1/query", init);
    expect(theirs.status).toBe(200);
    expect(ours).toEqual(theirs);
  });

  test("tells its build with the same keys", async () => {
    const { theirs, ours } = await both("/api/v1/status/buildinfo");
    const keys = (body: unknown) =>
      Object.keys(Reflect.get(Object(body), "data") as Record<string, string>).sort();
    expect(keys(ours.body)).toEqual(keys(theirs.body));
  });
});
