import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import { detectOnset, type OnsetInput } from "./detect-onset";

const AT = Date.parse("2026-11-20T12:00:07Z");
const MINUTE = 60_000;
const STEP = 15_000;

/** Even numbers from 0 to 1 that are the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Minutes before and after `AT`, a value by minute, and relative noise. */
function trace(
  valueAt: (minute: number) => number | null,
  more: { noise?: number; seed?: number; from?: number; to?: number; service?: string } = {},
): SignalTrace {
  const { noise = 0.3, seed = 1, from = -90, to = 10, service = "checkout" } = more;
  const random = randomOf(seed);
  const points: SignalTrace["points"] = [];
  for (let at = from * MINUTE; at <= to * MINUTE; at += STEP) {
    const value = valueAt(at / MINUTE);
    const wobble = 1 + noise * (random() + random() - 1);
    points.push([AT + at, value === null ? null : value * wobble]);
  }
  return { service, threshold: 0.02, harmWhen: "above", points };
}

const step = (minute: number) => (minute < 0 ? 0.004 : 0.15);

function onset(signals: SignalTrace[], more: Partial<OnsetInput> = {}) {
  const found = detectOnset({
    ...{ signals, affected: ["checkout"], harmBeganAt: AT + 3 * MINUTE, harmBeganFrom: "alert" },
    ...more,
  });
  return { ...found, minute: (found.at - AT) / MINUTE };
}

describe("the change point", () => {
  test("of a step is the step, to a point or two, whatever the noise", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 0.8, noNaN: true }), (seed, noise) => {
        const found = onset([trace(step, { seed, noise })]);
        expect(Math.abs(found.minute)).toBeLessThanOrEqual(0.5);
        expect(found.from).toBe("signal");
        expect(found.earliest).toBeLessThanOrEqual(AT);
        expect(found.latest).toBeGreaterThanOrEqual(AT);
        expect(found.latest - found.earliest).toBeLessThan(5 * MINUTE);
      }),
    );
  });

  // Noise of its own now and then looks like a beginning. Every seed is looked at, so that no run is luck.
  test("of a slow ramp is where it leaves its level, long before it crosses the threshold", () => {
    const leak = (minute: number) => 0.004 + Math.max(0, minute + 40) * 0.0005;
    const minutes = Array.from({ length: 10_001 }, (_, seed) => {
      const found = onset([trace(leak, { seed })], { harmBeganAt: AT });
      expect(found.sentence).toContain("crossed its threshold");
      return found.minute;
    });
    const astray = minutes.filter((minute) => minute <= -46 || minute >= -28);
    expect(astray.length).toBeLessThanOrEqual(10);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(-47);
    expect(Math.max(...minutes)).toBeLessThan(-28);
  });

  test("of the smear of a rate is its first rise", () => {
    const smeared = (minute: number) => 0.004 + 0.15 * Math.min(1, Math.max(0, minute));
    expect(Math.abs(onset([trace(smeared)]).minute)).toBeLessThanOrEqual(0.5);
  });

  test("is no lone spike before, and no earlier incident that was over", () => {
    const spiky = trace(step);
    for (const at of [20, 80, 200]) spiky.points[at] = [spiky.points[at]?.[0] ?? 0, 0.4];
    expect(Math.abs(onset([spiky]).minute)).toBeLessThanOrEqual(0.5);
    const twice = (minute: number) => (minute > -60 && minute < -50 ? 0.2 : step(minute));
    expect(Math.abs(onset([trace(twice)]).minute)).toBeLessThanOrEqual(0.5);
  });

  test("lies somewhere in a gap, and says so", () => {
    const gap = (minute: number) => (minute > -6 && minute < 1 ? null : step(minute));
    const found = onset([trace(gap)]);
    expect(found.earliest).toBeLessThanOrEqual(AT - 5.9 * MINUTE);
    expect(found.latest).toBeGreaterThanOrEqual(AT);
  });

  test("is found where harm is below, and where a good stretch interrupts it", () => {
    const below = trace((minute) => (minute < 0 ? 0.99 : 0.7), { noise: 0.01 });
    const found = onset([{ ...below, threshold: 0.95, harmWhen: "below" }]);
    expect(Math.abs(found.minute)).toBeLessThanOrEqual(0.5);
    const flapping = (minute: number) => (minute > 2 && minute < 2.6 ? 0.004 : step(minute));
    expect(Math.abs(onset([trace(flapping)]).minute)).toBeLessThanOrEqual(0.5);
  });

  test("of several affected services is the first; others don't count", () => {
    const later = trace((minute) => step(minute - 2), { service: "cart" });
    const other = trace((minute) => step(minute + 9), { service: "blog" });
    const found = onset([later, other, trace(step)], { affected: ["cart", "checkout"] });
    expect(Math.abs(found.minute)).toBeLessThanOrEqual(0.5);
  });

  test("may have a further step on the way, which bounds what could have had a part in it", () => {
    const stairs = (minute: number) => (minute < -20 ? 0.003 : minute < 0 ? 0.012 : 0.15);
    const found = onset([trace(stairs, { noise: 0.15 })], { harmBeganAt: AT });
    expect(found.minute).toBeGreaterThanOrEqual(-21);
    expect(found.latest).toBeGreaterThanOrEqual(AT);
  });
});

describe("without a change point", () => {
  const good = trace(() => 0.004, { noise: 0.2 });

  test("an alert and a declaration are bounds in time", () => {
    for (const harmBeganFrom of ["alert", "declaration"] as const) {
      const found = onset([good], { harmBeganFrom });
      expect(found).toMatchObject({ at: AT + 3 * MINUTE, from: harmBeganFrom });
      expect(found.earliest).toBeLessThanOrEqual(AT - 7 * MINUTE);
    }
  });

  test("what the incident says of its signal is taken", () => {
    expect(onset([], { harmBeganFrom: "signal" })).toMatchObject({ at: AT + 3 * MINUTE });
  });
});

test("a person's correction wins over any signal; a whole minute may be any second of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), (minutes) => {
      const at = Math.floor(AT / MINUTE) * MINUTE + minutes * MINUTE;
      const found = onset([trace(step)], { harmBeganAt: at, harmBeganFrom: "person" });
      expect(found).toMatchObject({ at, from: "person", latest: at + MINUTE });
    }),
  );
});

test("odd series never throw, and bounds are always around the start", () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e308, 1e308, 0),
  );
  const points = fc.array(fc.tuple(fc.oneof(fc.double(), fc.integer()), value), { maxLength: 60 });
  const harmWhen = fc.constantFrom("above" as const, "below" as const);
  const from = fc.constantFrom("signal" as const, "alert", "person", "declaration");
  fc.assert(
    fc.property(points, fc.double({ noNaN: true }), harmWhen, from, (all, threshold, when, who) => {
      const signal = { service: "checkout", threshold, harmWhen: when, points: all };
      const found = onset([signal], { harmBeganFrom: who });
      expect(found.earliest).toBeLessThanOrEqual(found.at);
      expect(found.latest).toBeGreaterThanOrEqual(found.at);
    }),
  );
});
