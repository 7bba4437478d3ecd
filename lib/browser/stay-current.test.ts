import {
  environmentManager,
  focusManager,
  type QueryClient,
  QueryObserver,
} from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LiveState, listenLive } from "./live";
import { makeQueryClient } from "./make-query-client";
import { queries } from "./queries";
import { reachNow } from "./reach";
import { type Currency, stayCurrent } from "./stay-current";

const MINUTE_MS = 60_000;

type Answer = number | "silence";

let client: QueryClient;
let answerOf: (path: string) => Answer;
let asked: { at: number; path: string }[] = [];
let said: Currency[] = [];
/** What the stream of this page tells; null while it has none. */
let stream: Parameters<typeof listenLive>[0] | null = null;
const endings: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  environmentManager.setIsServer(() => false);
  asked = [];
  said = [];
  answerOf = () => 200;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push({ at: Date.now(), path });
    const answer = answerOf(path);
    if (answer === "silence") throw new TypeError("nobody listens");
    return Response.json({ code: "told", sentence: "Told." }, { status: answer });
  });
  client = makeQueryClient();
  const end = stayCurrent(client, {
    onCurrency: (currency) => said.push(currency),
    listen: (listener) => {
      stream = listener;
      return () => {
        stream = null;
      };
    },
  });
  endings.push(end);
  for (const query of [queries.session(), queries.sources(), queries.incident("INC-1")]) {
    endings.push(new QueryObserver<unknown>(client, query as never).subscribe(() => undefined));
  }
});

afterEach(() => {
  for (const end of endings.splice(0)) end();
  client.clear();
  environmentManager.setIsServer(() => true);
  focusManager.setFocused(undefined);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const hear = (state: LiveState) => stream?.onState(state);
const heldUp = () => said.at(-1);

async function lookAtIt(): Promise<void> {
  focusManager.setFocused(false);
  focusManager.setFocused(true);
  await pass(1);
}

it("stops reading and listening at the first 401, until it is looked at again", async () => {
  hear("live");
  await pass(MINUTE_MS);
  expect(asked.filter(({ path }) => path === "/api/sources").length).toBeGreaterThanOrEqual(4);
  answerOf = () => 401;
  await pass(20_000);
  expect(heldUp()).toBe("signed-out");
  expect(stream).toBeNull();
  asked = [];
  await pass(30 * MINUTE_MS);
  expect(asked).toEqual([]);

  await lookAtIt();
  expect(asked.map(({ path }) => path)).toEqual(["/api/session"]);
  expect(heldUp()).toBe("signed-out");

  answerOf = () => 200;
  await lookAtIt();
  expect(stream).not.toBeNull();
  hear("live");
  await pass(1_000);
  expect(heldUp()).toBe("live");
  expect(asked.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["/api/sources", "/api/incidents/INC-1"]),
  );
});

it("finds out that the session ended when the stream breaks, without a read by the clock", async () => {
  hear("live");
  await pass(1_000);
  answerOf = () => 401;
  hear("paused");
  await pass(1);
  expect(heldUp()).toBe("signed-out");
});

it("asks a server that is away less and less often, and at once when it is looked at", async () => {
  hear("live");
  await pass(1_000);
  answerOf = () => "silence";
  hear("paused");
  await pass(1);
  expect(heldUp()).toBe("away");
  expect(stream).toBeNull();
  asked = [];
  await pass(10 * MINUTE_MS);
  const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  expect(gaps.slice(0, 5)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000]);
  expect(new Set(gaps.slice(4))).toEqual(new Set([30_000]));
  expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(["/api/session"]));

  asked = [];
  answerOf = () => 200;
  await lookAtIt();
  hear("live");
  await pass(1_000);
  expect(heldUp()).toBe("live");
  expect(asked.map(({ path }) => path)).toContain("/api/incidents/INC-1");
});

it("reads every five seconds while only the stream is away", async () => {
  hear("live");
  await pass(1_000);
  hear("paused");
  // A browser says so again each time that it tries.
  asked = [];
  for (let tries = 0; tries < 15; tries += 1) {
    await pass(2_000);
    hear("paused");
  }
  expect(heldUp()).toBe("paused");
  const reads = asked.filter(({ path }) => path === "/api/incidents/INC-1").length;
  expect(reads).toBeGreaterThanOrEqual(5);
  expect(reads).toBeLessThanOrEqual(7);
});

it("isn't put off by a single read that nobody answers", async () => {
  hear("live");
  await pass(1_000);
  answerOf = (path) => (path.includes("incidents") ? "silence" : 200);
  stream?.onEvent({ id: "1", topic: "incident", key: "INC-1", at: new Date().toISOString() });
  await pass(MINUTE_MS);
  expect(client.getQueryState(queries.incident("INC-1").queryKey)?.status).toBe("error");
  expect(reachNow()).toBe("reached");
  expect(heldUp()).toBe("live");
});
