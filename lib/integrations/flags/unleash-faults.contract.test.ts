import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FlagState } from "@/lib/contracts/flag-state";
import { startUnleash, type UnleashSandbox } from "../../../sandbox/unleash/start-unleash.ts";
import { startWireServer, type WireServer } from "../../../sandbox/wire/start-wire-server.ts";
import type { FlagSource } from "../flag-source";
import { SourceError } from "../source-error";
import { unleash } from "./unleash";

const ADMIN = "*:*.faults";
const REF = { project: "shop", key: "new-prices", environment: "production" };
const PLACE = { project: "shop", flag: "new-prices", environment: "production" };

function connect(url: string, more: Record<string, unknown> = {}): FlagSource {
  const settings = unleash.settings.parse({ url, token: ADMIN, ...more });
  const log = { warn: () => {} };
  return unleash.connect(settings, { name: "flags", now: () => new Date(), log });
}

let sandbox: UnleashSandbox;
let source: FlagSource;
beforeAll(async () => {
  sandbox = await startUnleash({
    tokens: { [ADMIN]: { username: "known-good", permissions: "admin" } },
  });
  source = connect(sandbox.url);
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  sandbox.faults.set({ mode: "none" });
  const strategies = [{ name: "flexibleRollout", parameters: { rollout: "25" } }];
  const environments = { production: { enabled: true, strategies } };
  const flags = [{ name: REF.key, createdAt: Date.now(), environments }];
  sandbox.seed({ project: "shop", environments: ["development", "production"], flags });
});

const mutations = () => sandbox.requests().filter(({ method }) => method !== "GET");
async function pressOff(through = source) {
  const { fingerprint: seen } = await source.read(REF);
  return (more: () => void) => {
    more();
    return through.retoggle({ ...REF, plan: { to: "off" }, seen, restorationId: "R-1" });
  };
}

describe("when Unleash misbehaves", () => {
  test("an applied mutation whose answer is lost may have acted, and is sent once", async () => {
    const press = await pressOff();
    const sent = mutations().length;
    const lost = press(() => sandbox.faults.set({ mode: "none", applyThenDrop: true }));
    await expect(lost).rejects.toMatchObject({ name: "SourceError", mayHaveActed: true });
    await wait(50);
    expect(mutations().length - sent).toBe(1);
    expect((await source.read(REF)).state.enabled).toBe(false);
  });

  test("a lost answer amid several mutations sends none of the others", async () => {
    const { fingerprint: seen, state } = await source.read(REF);
    const [strategy] = state.strategies;
    if (!strategy) throw new Error("the flag has a strategy");
    const parameters = { ...strategy.parameters, rollout: "10" };
    const target: FlagState = {
      ...state,
      enabled: false,
      strategies: [{ ...strategy, parameters }],
    };
    const sent = mutations().length;
    sandbox.faults.set({ mode: "none", applyThenDrop: true });
    const plan = { to: "state" as const, state: target };
    const lost = source.retoggle({ ...REF, plan, seen, restorationId: "R-1" });
    await expect(lost).rejects.toMatchObject({ mayHaveActed: true });
    expect(mutations().length - sent).toBe(1);
    expect(sandbox.state("shop", REF.key, "production")).toMatchObject({
      enabled: false,
      rolloutPercent: 25,
    });
  });

  test("a refused connection has not acted", async () => {
    const live = await source.read(REF);
    const press = { ...REF, plan: { to: "off" as const }, seen: live.fingerprint, live };
    const closing = await startWireServer({
      now: Date.now,
      handle: () => ({ status: 200 }),
      faultAnswer: () => ({ status: 500 }),
    });
    await closing.stop();
    const gone = connect(closing.url);
    await expect(gone.retoggle({ ...press, restorationId: "R-1" })).rejects.toMatchObject({
      code: "unreachable",
      mayHaveActed: false,
    });
  });

  test("an error of its own may have acted when it answers a mutation", async () => {
    const live = await source.read(REF);
    const press = { ...REF, plan: { to: "off" as const }, seen: live.fingerprint, live };
    sandbox.faults.set({ mode: "error" });
    await expect(source.retoggle({ ...press, restorationId: "R-1" })).rejects.toMatchObject({
      code: "failed",
      mayHaveActed: true,
    });
    await expect(source.read(REF)).rejects.toMatchObject({ code: "failed", mayHaveActed: false });
  });

  test("a silent server is given up in time; a silent mutation may have acted", async () => {
    const hasty = connect(sandbox.url, { timeoutSeconds: 0.2 });
    const live = await source.read(REF);
    sandbox.faults.set({ mode: "hang" });
    const start = performance.now();
    await expect(hasty.read(REF)).rejects.toMatchObject({ code: "timeout", mayHaveActed: false });
    expect(performance.now() - start).toBeLessThan(1_000);
    const press = { ...REF, plan: { to: "off" as const }, seen: live.fingerprint, live };
    await expect(hasty.retoggle({ ...press, restorationId: "R-1" })).rejects.toMatchObject({
      code: "timeout",
      mayHaveActed: true,
    });
  });

  test("a wrong token has not acted and says what to do", async () => {
    const wrong = connect(sandbox.url, { token: "user:nobody" });
    await expect(wrong.check()).rejects.toMatchObject({
      code: "unauthorized",
      sentence: expect.stringMatching(/valid/),
    });
    const sentence = await wrong.check().catch((error: unknown) => String(error));
    expect(sentence).not.toContain("user:nobody");
  });

  test("pages of events beyond one page are all told", async () => {
    const since = new Date();
    for (let turn = 0; turn < 230; turn += 1) {
      sandbox.setFlag({ ...PLACE, enabled: turn % 2 === 1, by: "ada" });
    }
    const events = (await source.eventsSince(REF, since)).filter(
      ({ action }) => action !== "created",
    );
    expect(events).toHaveLength(230);
    expect(events[0]).toMatchObject({ action: "off", before: { enabled: true } });
    expect(new Set(events.map(({ by }) => by))).toEqual(new Set(["ada"]));
  });
});

describe("answers that aren't Unleash's", () => {
  let answer: unknown;
  let server: WireServer;
  let strange: FlagSource;
  beforeAll(async () => {
    server = await startWireServer({
      now: Date.now,
      handle: () => ({ status: 200, body: answer }),
      faultAnswer: () => ({ status: 500 }),
    });
    strange = connect(server.url);
  });
  afterAll(() => server.stop());

  const junk = fc.oneof(fc.jsonValue(), fc.string());
  const strategy = fc.record(
    { id: fc.string(), name: fc.string(), parameters: junk, constraints: junk, segments: junk },
    { requiredKeys: [] },
  );
  const environment = fc.record({
    name: fc.constantFrom("production", "other"),
    enabled: fc.oneof(fc.boolean(), junk),
    strategies: fc.oneof(fc.array(strategy, { maxLength: 3 }), junk),
  });
  const feature = fc.record({
    name: fc.string(),
    description: fc.option(fc.string()),
    environments: fc.oneof(fc.array(environment, { maxLength: 2 }), junk),
  });
  const event = fc.record({
    id: fc.oneof(fc.integer(), junk),
    type: fc.constantFrom(
      "feature-strategy-update",
      "feature-environment-enabled",
      "segment-updated",
    ),
    createdAt: fc.oneof(fc.constant("2026-01-01T00:00:00.000Z"), junk),
    featureName: fc.option(fc.string()),
    data: junk,
    preData: junk,
  });

  test("never get in: either a flag or a SourceError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(junk, feature), async (sent) => {
        answer = sent;
        try {
          const flag = await strange.read(REF);
          expect(typeof flag.state.enabled).toBe("boolean");
          for (const { id, parameters, segments } of flag.state.strategies) {
            expect(typeof id).toBe("string");
            expect(Object.values(parameters).every((value) => typeof value === "string")).toBe(
              true,
            );
            expect(segments.every((segment) => typeof segment === "number")).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("never get into the events", async () => {
    const page = fc.record({ events: fc.oneof(fc.array(event, { maxLength: 4 }), junk) });
    await fc.assert(
      fc.asyncProperty(fc.oneof(junk, page), async (sent) => {
        answer = sent;
        const told = strange.eventsSince(REF, new Date(0));
        await told.catch((error: unknown) => expect(error).toBeInstanceOf(SourceError));
      }),
      { numRuns: 200 },
    );
  });

  test("a web page instead of an answer to a mutation may have acted", async () => {
    const live = await source.read(REF);
    answer = "<html>Sign in</html>";
    const press = { ...REF, plan: { to: "off" as const }, seen: live.fingerprint, live };
    await expect(strange.retoggle({ ...press, restorationId: "R-1" })).rejects.toMatchObject({
      code: "invalid",
      mayHaveActed: true,
    });
  });
});
