import { expect, it, test } from "vitest";
import type { Restoration } from "@/lib/contracts/restoration";
import type { SignalSeries } from "@/lib/contracts/signal";
import { spanInWords, windowInWords } from "./moment-words";
import { causeWords, rankSimilar } from "./rank-similar";
import { FACTOR_PROMPTS, FOLLOW_UP_PROMPTS, SECTION_PROMPTS } from "./retro-prompts";
import { signalFacts } from "./signal-facts";
import { joined, valueInWords, writeCustomers, writeSummary } from "./write-summary";

const START = Date.UTC(2026, 10, 23, 10);

function series(
  values: (number | null)[],
  more: Partial<SignalSeries["spec"]> = {},
  problem: string | null = null,
): SignalSeries {
  return {
    service: "checkout",
    spec: {
      source: "signals",
      title: "Failed requests",
      query: "q",
      unit: "ratio",
      threshold: 0.02,
      harmWhen: "above",
      verifyForSeconds: 30,
      ...more,
    },
    from: new Date(START).toISOString(),
    to: new Date(START + values.length * 60_000).toISOString(),
    stepSeconds: 60,
    points: values.map((value, index) => [START + index * 60_000, value]),
    knownAt: null,
    problem,
    harmBegan: null,
  };
}

const SERVICE = { name: "checkout", title: "Checkout" };
const harm = (from: number, to: number | null) => ({
  from: START + from * 60_000,
  to: to === null ? null : START + to * 60_000,
});
const customers = (one: SignalSeries, span = harm(2, 6)) =>
  writeCustomers({ signals: [signalFacts(SERVICE, one, span)], withoutSignal: [] });

it("says how bad it was, and how long", () => {
  expect(customers(series([0.004, 0.004, 0.1, 0.38, 0.2, 0.03, 0.004, 0.9]))).toBe(
    "Failed requests of Checkout rose from 0.4\u00a0% to 38\u00a0% at 10:03 UTC and was above its threshold of 2\u00a0% for 4 min.",
  );
});

it("says it of a signal that hurts when it falls", () => {
  const orders = { title: "Orders", unit: "count", threshold: 100, harmWhen: "below" } as const;
  expect(customers(series([240, 250, 12, 4, 90, 200, 240], orders))).toBe(
    "Orders of Checkout fell from 250 to 4 at 10:03 UTC and was below its threshold of 100 for 3 min.",
  );
});

it("says when the signal never showed harm, when it was silent, and when there is none", () => {
  expect(customers(series([0.001, 0.002, 0.003]), harm(0, null))).toBe(
    "Failed requests of Checkout never went above its threshold of 2\u00a0%: its highest value was 0.3\u00a0%.",
  );
  expect(customers(series([], {}, "Prometheus doesn't answer"))).toBe(
    "Failed requests of Checkout could not be read when this was drafted: Prometheus doesn't answer.",
  );
  expect(customers(series([null, null, null]))).toMatch(/it gave no values\.$/);
  expect(writeCustomers({ signals: [], withoutSignal: ["Mail"] })).toBe(
    "Mail has no signal: write here what customers saw.",
  );
});

it("keeps a short peak when a long window is thinned out", () => {
  const long = series(Array.from({ length: 700 }, (_, index) => (index === 333 ? 0.9 : 0.001)));
  const { points, peak } = signalFacts(SERVICE, long, harm(0, null));
  expect(points.length).toBeLessThanOrEqual(120);
  expect(Math.max(...points.map(([, value]) => value ?? 0))).toBe(0.9);
  expect(peak?.value).toBe(0.9);
});

const VALUES: [number, "ratio" | "seconds" | "count", string][] = [
  [0.3812, "ratio", "38.1\u00a0%"],
  [1, "ratio", "100\u00a0%"],
  [0.25, "seconds", "250 ms"],
  [2.345, "seconds", "2.35 s"],
  [1234.5, "count", "1235"],
  [Number.POSITIVE_INFINITY, "count", "an unknown value"],
];
test.each(VALUES)("%d %s is %s", (value, unit, words) => {
  expect(valueInWords(value, unit)).toBe(words);
});

it("writes spans, windows and lists as people do", () => {
  expect(
    [0, 59_400, 190_000, 600_000, 3_600_000, 11_400_000, 518_400_000].map(spanInWords),
  ).toEqual(["0 s", "59 s", "3 min 10 s", "10 min", "1 h", "3 h 10 min", "6 days"]);
  expect(windowInWords("2026-11-23T10:00:00Z", "2026-11-23T10:30:00Z")).toBe(
    "from 10:00 to 10:30 UTC on 23 November 2026",
  );
  expect(windowInWords("2026-11-23T23:00:00Z", "2026-11-24T00:30:00Z")).toBe(
    "from 23:00 UTC on 23 November 2026 to 00:30 UTC on 24 November 2026",
  );
  expect(joined(["a"])).toBe("a");
  expect(joined(["a", "b", "c"])).toBe("a, b and c");
  expect(joined("abcdefgh".split(""))).toBe("a, b, c, d, e and 3 more");
});

it("takes for a cause what isn't said of every incident", () => {
  expect(
    causeWords(["Checkout fails: timeout of the pool", "The Pool's connections"], ["checkout"]),
  ).toEqual(["timeout", "pool", "connections"]);
  expect(causeWords([`${"word".repeat(30)} ${"x ".repeat(9)}`], [])).toEqual([]);
});

it("leaves out what has only a lever or one word in common", () => {
  const incident = { services: ["mail"], declaredAt: "2026-11-23T10:00:00Z" };
  const candidate = (levers: string[], words: string[]) => ({
    incident: { ...BARE, ...incident },
    hasRetro: true,
    levers,
    words,
  });
  const own = { services: ["checkout"], levers: ["rollback" as const] };
  expect(rankSimilar(own, [candidate(["rollback"], []), candidate([], ["pool"])])).toEqual([]);
  expect(rankSimilar(own, [candidate(["rollback"], ["pool"])])[0]?.because).toEqual([
    "Same lever",
    "“pool” in both",
  ]);
});

const BARE = {
  id: "INC-9",
  title: "t",
  severity: 2,
  status: "restored",
  services: [],
  commander: null,
  origin: "person",
  declaredBy: "Ada",
  declaredAt: "2026-11-23T10:00:00Z",
  harmBeganAt: "2026-11-23T10:00:00Z",
  harmBeganFrom: "person",
  restoredAt: null,
  resolvedAt: null,
  isDrill: false,
  version: 1,
} as const;

it("asks how and what, never who or why", () => {
  const all = [...Object.values(SECTION_PROMPTS).flat(), ...FACTOR_PROMPTS, ...FOLLOW_UP_PROMPTS];
  expect(all.length).toBeGreaterThan(20);
  for (const prompt of all) expect(prompt).toMatch(/\?$/);
  expect(all.filter((prompt) => /^(who|why)\b|\bwhy\b|\bfault\b/i.test(prompt))).toEqual([]);
});

const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

function pulled(id: string, label: string, minute: number): Restoration {
  return {
    ...{ id, label, incidentId: "INC-1", lever: "revert", state: "verified", by: "Ada" },
    target: { lever: "revert", source: "code", repository: "acme/shop", number: 78 },
    ...{ service: "checkout", suspectId: null, wasRecommended: true, putBackOf: null },
    ...{ putBackBy: null, plannedAt: at(minute), askedAt: at(minute), acceptedAt: at(minute) },
    ...{ inEffectAt: at(minute + 1), endedAt: at(minute + 2), goodSince: at(minute + 1) },
    ...{ stages: [], progress: null, verifyForSeconds: 30, failure: null, commands: [] },
    ...{ receipts: [], url: null },
  };
}

it("tells what was pulled in the order in which it was, around what restored it", () => {
  const early = pulled("R-1", "Revert #70", 3);
  const restoring = pulled("R-2", "Roll back checkout 25 → 23", 6);
  const late = pulled("R-3", "Revert #78", 9);
  const text = writeSummary({
    incident: {
      ...{ id: "INC-1", title: "Checkout fails", severity: 2, status: "restored" },
      ...{ services: ["checkout"], commander: "Ada", origin: "person", declaredBy: "Ada" },
      ...{ declaredAt: at(2), harmBeganAt: at(0), harmBeganFrom: "signal", restoredAt: at(8) },
      ...{ resolvedAt: null, isDrill: false, version: 1 },
    },
    ...{ services: ["Checkout"], restorations: [early, restoring, late], restoring },
    ...{ firstAlertAt: null, suspect: null },
  });
  expect([...text.matchAll(/R-\d/g)].map(([id]) => id)).toEqual(["R-1", "R-2", "R-3"]);
  expect(text).toMatch(/At 10:09, Revert #78 \(R-3\) was pulled and verified\.$/);
});
