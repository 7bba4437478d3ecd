import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SignalPoint } from "@/lib/contracts/signal";
import { proposeHarmStart, signalVerdict } from "./propose-harm";

const spec = { threshold: 5, harmWhen: "above" as const };
const STEP = 15_000;
/** One point every 15 s from 0 on. */
const series = (...values: (number | null)[]): SignalPoint[] =>
  values.map((value, index) => [index * STEP, value]);
const startOf = (...values: (number | null)[]) => {
  const harm = proposeHarmStart(series(...values), spec);
  return harm ? harm.at / STEP : null;
};

describe("the proposed start of harm", () => {
  test("is where the signal left its band", () => {
    expect(proposeHarmStart(series(1, 2, 9, 12, 11), spec)).toEqual({
      at: 2 * STEP,
      before: 2,
      now: 11,
    });
  });
  test("is none while the signal is good, or where there is none", () => {
    expect(startOf()).toBeNull();
    expect(startOf(null, null)).toBeNull();
    expect(startOf(1, 2, 3)).toBeNull();
    expect(startOf(9, 9, 9, 1, 1)).toBeNull();
  });
  test("takes the threshold itself as good", () => {
    expect(startOf(5, 5, 5)).toBeNull();
    expect(startOf(5, 5.01, 6)).toBe(1);
  });
  test("works downwards too", () => {
    const below = { threshold: 5, harmWhen: "below" as const };
    expect(proposeHarmStart(series(9, 9, 4, 3), below)).toEqual({
      at: 2 * STEP,
      before: 9,
      now: 3,
    });
  });
  test("believes the newest point alone, and no other", () => {
    expect(startOf(1, 1, 9)).toBe(2);
    expect(startOf(1, 9, 1)).toBeNull();
    expect(startOf(1, 9, 1, 1, 1, 8, 9)).toBe(5);
  });
  test("isn't ended by one good point, but is by two", () => {
    expect(startOf(1, 9, 9, 2, 9, 9)).toBe(1);
    expect(startOf(1, 9, 9, 2, 2, 9, 9)).toBe(5);
    expect(startOf(1, 9, 9, 9, 2)).toBe(1);
  });
  test("doesn't begin with a lone point of noise", () => {
    expect(startOf(1, 9, 1, 9, 9, 9)).toBe(3);
  });
  test("looks past gaps", () => {
    expect(startOf(1, null, 9, null, 9, null)).toBe(2);
  });
  test("has no value before when the window begins with it", () => {
    expect(proposeHarmStart(series(9, 9), spec)).toEqual({ at: 0, before: null, now: 9 });
  });

  const values = fc.array(fc.option(fc.integer({ min: 0, max: 10 })), { maxLength: 40 });
  test("is always a bad point, with a good one in front unless that is noise", () => {
    fc.assert(
      fc.property(values, (all) => {
        const points = series(...all);
        const harm = proposeHarmStart(points, spec);
        const known = points.filter(([, value]) => value !== null);
        if (harm === null) {
          const newest = known.at(-1)?.[1] ?? 0;
          expect(newest).toBeLessThanOrEqual(5);
          return;
        }
        const index = known.findIndex(([at]) => at === harm.at);
        expect(known[index]?.[1]).toBeGreaterThan(5);
        // From here on there are never two good points in a row.
        const after = known.slice(index).map(([, value]) => (value ?? 0) > 5);
        expect(after.some((bad, at) => !bad && after[at + 1] === false)).toBe(false);
      }),
    );
  });
  test("doesn't move when more of the past is shown", () => {
    fc.assert(
      fc.property(values, values, (past, present) => {
        const harm = startOf(1, 1, ...present);
        fc.pre(harm !== null);
        expect(startOf(...past, 1, 1, ...present)).toBe((harm ?? 0) + past.length);
      }),
    );
  });
});

describe("the verdict on a signal", () => {
  const verdict = (points: SignalPoint[], now = (points.length - 1) * STEP) =>
    signalVerdict(points, spec, now, 60);

  test("is good since the first good point after the last bad one", () => {
    expect(verdict(series(1, 9, 2, 3, 1))).toEqual({ good: true, goodSince: 2 * STEP, value: 1 });
  });
  test("is bad when the newest point is", () => {
    expect(verdict(series(1, 1, 9))).toEqual({ good: false, goodSince: null, value: 9 });
  });
  test("says nothing without data, or with old data only", () => {
    expect(verdict([])).toEqual({ good: null, goodSince: null, value: null });
    expect(verdict(series(null, null))).toEqual({ good: null, goodSince: null, value: null });
    expect(verdict(series(1, 1, 1), 5 * STEP).good).toBe(true);
    expect(verdict(series(1, 1, 1), 5 * STEP + 1)).toEqual({
      good: null,
      goodSince: null,
      value: 1,
    });
  });
  test("doesn't count over a gap, told or untold", () => {
    expect(verdict(series(1, 1, null, 1, 1)).goodSince).toBe(3 * STEP);
    const hole: SignalPoint[] = [...series(1, 1, 1), [9 * STEP, 1], [10 * STEP, 1]];
    expect(signalVerdict(hole, spec, 10 * STEP, 60).goodSince).toBe(9 * STEP);
  });
  test("doesn't hold samples against it that haven't arrived yet", () => {
    expect(verdict(series(9, 1, 1, null, null))).toEqual({
      good: true,
      goodSince: STEP,
      value: 1,
    });
  });
  test("takes a lone point for as long as has to be verified", () => {
    expect(verdict(series(1), 60_000).good).toBe(true);
    expect(verdict(series(1), 60_001).good).toBeNull();
  });
  test("never calls a stretch good that has a bad point, a gap or no end", () => {
    const values = fc.array(fc.option(fc.integer({ min: 0, max: 10 })), { maxLength: 40 });
    fc.assert(
      fc.property(values, fc.nat({ max: 60 }), (all, late) => {
        const points = series(...all);
        const now = (points.length - 1) * STEP + late * 1_000;
        const { good, goodSince, value } = signalVerdict(points, spec, now, 60);
        const newest = points.findLast(([, one]) => one !== null);
        expect(value).toBe(newest?.[1] ?? null);
        expect(goodSince === null).toBe(good !== true);
        if (goodSince === null || !newest) return;
        const stretch = points.filter(([at]) => at >= goodSince && at <= newest[0]);
        expect(stretch.length).toBe((newest[0] - goodSince) / STEP + 1);
        expect(stretch.every(([, one]) => one !== null && one <= 5)).toBe(true);
        const before = points.findLast(([at]) => at < goodSince);
        expect(before === undefined || before[1] === null || before[1] > 5).toBe(true);
      }),
    );
  });
});
