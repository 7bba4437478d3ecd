import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type RealPrometheus,
  startRealPrometheus,
} from "../../../e2e/real-parts/start-real-prometheus.ts";
import {
  type PrometheusSandbox,
  startPrometheus,
} from "../../../sandbox/prometheus/start-prometheus.ts";
import { startWireServer, type WireServer } from "../../../sandbox/wire/start-wire-server.ts";
import { SourceError } from "../source-error";
import { prometheus } from "./prometheus";
import { type SignalsTarget, signalsContract } from "./signals.contract";

const ERRORS: [Record<string, string>, number][] = [
  [{ service: "checkout", status: "500" }, 3],
  [{ service: "checkout", status: "502" }, 1.5],
];

function connect(settings: Record<string, unknown>) {
  const warned: Record<string, unknown>[] = [];
  const log = { warn: (fields: Record<string, unknown>) => warned.push(fields) };
  const context = { name: "signals", now: () => new Date(), log };
  return { source: prometheus.connect(prometheus.settings.parse(settings), context), warned };
}
const window = {
  from: new Date(1_750_000_000_000),
  to: new Date(1_750_000_060_000),
  stepSeconds: 15,
};

describe("the sandbox", () => {
  let sandbox: PrometheusSandbox;
  let target: SignalsTarget;
  beforeAll(async () => {
    const to = Math.floor(Date.now() / 1_000) * 1_000;
    const from = to - 8_000;
    const since = (value: number) => (at: number) => (at >= from - 1_000 ? value : null);
    sandbox = await startPrometheus({
      series: () => [
        ...ERRORS.map(([labels, value]) => ({
          labels: { __name__: "errors", ...labels },
          valueAt: since(value),
        })),
        { labels: { __name__: "strange" }, valueAt: since(Number.NaN) },
      ],
    });
    const { source } = connect({ url: `${sandbox.url}/` });
    target = { source, from: new Date(from), to: new Date(to), sum: 4.5 };
  });
  afterAll(() => sandbox.stop());
  signalsContract(() => target);

  test("shows its token, and names a wrong one", async () => {
    const closed = await startPrometheus({ series: () => [], bearer: "letmein" });
    const settings = { url: closed.url };
    expect(await connect({ ...settings, token: "letmein" }).source.check()).toHaveProperty(
      "version",
    );
    const { source } = connect({ ...settings, token: "wrong" });
    await expect(source.check()).rejects.toMatchObject({ code: "unauthorized" });
    await closed.stop();
  });

  test("names an error and an outage, each in its own way", async () => {
    sandbox.faults.set({ mode: "error" });
    await expect(target.source.check()).rejects.toMatchObject({ code: "failed" });
    sandbox.faults.set({ mode: "refuse" });
    await expect(target.source.check()).rejects.toMatchObject({ code: "unreachable" });
    sandbox.faults.set({ mode: "none" });
    expect(await target.source.check()).toHaveProperty("version");
  });

  test("gives up on a silent and on a slow server in time", async () => {
    const { source } = connect({ url: sandbox.url, timeoutSeconds: 0.2 });
    for (const mode of ["hang", "slow"] as const) {
      sandbox.faults.set({ mode, delayMs: 600 });
      const start = performance.now();
      await expect(source.check()).rejects.toMatchObject({ code: "timeout", mayHaveActed: false });
      expect(performance.now() - start).toBeLessThan(550);
    }
    sandbox.faults.set({ mode: "none" });
  });
});

const real = await startRealPrometheus();
const absence = real.reason === null ? "" : `; not here: ${real.reason}`;

test("a real Prometheus is there wherever nothing may be left out", () => {
  expect(process.env.CI ? real.reason : null).toBeNull();
});

describe.skipIf(real.part === null)(`a real Prometheus${absence}`, { timeout: 60_000 }, () => {
  let server: RealPrometheus;
  let target: SignalsTarget;
  beforeAll(async () => {
    if (real.part === null) throw new Error(real.reason);
    server = real.part;
    for (const [labels, value] of ERRORS) server.setGauge("errors", labels, value);
    server.setGauge("strange", {}, Number.NaN);
    await server.scraped();
    const from = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
    await wait(4_000);
    await server.scraped();
    const { source } = connect({ url: server.url });
    target = { source, from, to: new Date(from.getTime() + 4_000), sum: 4.5 };
  }, 60_000);
  afterAll(() => server.stop());
  signalsContract(() => target);
});

describe("answers that aren't Prometheus'", () => {
  let answer: unknown;
  let server: WireServer;
  beforeAll(async () => {
    server = await startWireServer({
      now: Date.now,
      handle: () => ({ status: 200, body: answer }),
      faultAnswer: () => ({ status: 500 }),
    });
  });
  afterAll(() => server.stop());

  test("never get in: either points of numbers or a SourceError", async () => {
    const { source } = connect({ url: server.url });
    const noise = fc.oneof(fc.jsonValue(), fc.string());
    const almost = fc.record({
      status: fc.constantFrom("success", "error"),
      data: fc.record({
        resultType: fc.constantFrom("matrix", "vector"),
        result: fc.array(
          fc.record({
            metric: fc.oneof(fc.dictionary(fc.string(), fc.string()), noise),
            values: fc.array(
              fc.oneof(
                fc.tuple(
                  fc.double({ min: 1_749_999_000, max: 1_750_001_000, noNaN: true }),
                  fc.oneof(fc.double().map(String), fc.constantFrom("NaN", "+Inf", "x")),
                ),
                noise,
              ),
              { maxLength: 4 },
            ),
          }),
          { maxLength: 2 },
        ),
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, almost), async (sent) => {
        answer = sent;
        try {
          for (const [at, value] of await source.range({ query: "x", ...window })) {
            expect(Number.isFinite(at)).toBe(true);
            expect(value === null || Number.isFinite(value)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("logs warnings and uses the answer", async () => {
    const { source, warned } = connect({ url: server.url });
    const values = [[1_750_000_015, "2.5"]];
    const data = { resultType: "matrix", result: [{ metric: {}, values }] };
    answer = { status: "success", warnings: ["a store did not answer"], data };
    const points = await source.range({ query: "x", ...window });
    expect(points.map(([, value]) => value)).toEqual([null, 2.5, null, null, null]);
    expect(warned).toEqual([{ source: "signals", warnings: ["a store did not answer"] }]);
  });

  test("sends a user name and password as they should be sent", async () => {
    let sent: string | undefined;
    const asking = await startWireServer({
      now: Date.now,
      handle: ({ header }) => {
        sent = header("authorization");
        return { status: 200, body: { data: { version: "3.0.0" } } };
      },
      faultAnswer: () => ({ status: 500 }),
    });
    const { source } = connect({ url: asking.url, username: "ada", password: "ünï" });
    expect(await source.check()).toEqual({ version: "3.0.0" });
    expect(sent).toBe(`Basic ${Buffer.from("ada:ünï").toString("base64")}`);
    await asking.stop();
  });
});
