import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "./make-query-client";
import { type ReadAgain, readAgain } from "./read-again";

const READ_MS = 700;

let client: QueryClient;
let again: ReadAgain;
let reads: { began: number; isBrokenOff: boolean }[] = [];
const endings: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  reads = [];
  client = makeQueryClient();
  again = readAgain(client);
});

afterEach(() => {
  again.stop();
  for (const end of endings.splice(0)) end();
  client.clear();
  vi.useRealTimers();
});

/** A screen that shows how many reads had begun when the one that it shows did. */
function show(word: string, takesMs = READ_MS) {
  const observer = new QueryObserver(client, {
    queryKey: [word],
    queryFn: ({ signal }) =>
      new Promise<number>((resolve, reject) => {
        const read = { began: reads.length + 1, isBrokenOff: false };
        reads.push(read);
        setTimeout(() => resolve(read.began), takesMs);
        signal.addEventListener("abort", () => {
          read.isBrokenOff = true;
          reject(signal.reason);
        });
      }),
  });
  endings.push(observer.subscribe(() => undefined));
  return () => observer.getCurrentResult().data;
}

const hear = (word: string) => again.ask(({ queryKey }) => queryKey[0] === word);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it("comes to an end while events keep coming, and breaks no read off", async () => {
  const shown = show("incident");
  await pass(READ_MS);
  expect(shown()).toBe(1);
  const seen = new Set<unknown>();
  for (let told = 0; told < 80; told += 1) {
    hear("incident");
    await pass(50);
    seen.add(shown());
  }
  // 4 s of events, each read takes 0.7 s.
  expect(seen.size).toBeGreaterThanOrEqual(5);
  expect(reads.length).toBeLessThanOrEqual(8);
  await pass(2 * READ_MS);
  expect(reads.filter(({ isBrokenOff }) => isBrokenOff)).toEqual([]);
});

it("reads at once at the first event", async () => {
  show("incident");
  await pass(READ_MS);
  hear("incident");
  await pass(1);
  expect(reads).toHaveLength(2);
});

it("makes one round of a burst, and one of what comes soon after", async () => {
  show("incident", 5);
  show("levers", 5);
  await pass(1_000);
  reads = [];
  for (let told = 0; told < 20; told += 1) hear("incident");
  hear("levers");
  await pass(20);
  expect(reads).toHaveLength(2);
  for (let told = 0; told < 20; told += 1) {
    hear("incident");
    await pass(10);
  }
  expect(reads).toHaveLength(2);
  await pass(200);
  expect(reads).toHaveLength(3);
});

it("reads once more what was being read when the event came, also for the first time", async () => {
  const shown = show("incident");
  await pass(READ_MS / 2);
  for (let told = 0; told < 5; told += 1) hear("incident");
  await pass(READ_MS / 2);
  expect(shown()).toBe(1);
  await pass(2 * READ_MS);
  expect(shown()).toBe(2);
  expect(reads).toHaveLength(2);
});

it("leaves alone what the event isn't about, and only marks what no screen shows", async () => {
  show("sources");
  await pass(READ_MS);
  client.setQueryData(["incident"], 0);
  hear("incident");
  await pass(1_000);
  expect(reads).toHaveLength(1);
  expect(client.getQueryState(["incident"])?.isInvalidated).toBe(true);
  expect(client.getQueryState(["sources"])?.isInvalidated).toBe(false);
});
