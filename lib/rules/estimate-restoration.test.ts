import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateRestoration, PRIORS } from "./estimate-restoration";

test("three of our own are enough to speak for themselves", () => {
  expect(estimateRestoration("rollback", [60_000, 30_000, 90_000])).toEqual({
    ...{ p50Ms: 60_000, p90Ms: 84_000, n: 3, basis: "median of 3 own restorations" },
  });
});

test("without any it says that it is assumed", () => {
  expect(estimateRestoration("retoggle", [])).toEqual({
    ...{ ...PRIORS.retoggle, n: 0, basis: "assumed: none of our own yet" },
  });
});

test("one draws the assumption towards it, and says so", () => {
  const slow = estimateRestoration("rollback", [960_000]);
  expect(slow.p50Ms).toBe(240_000);
  expect(slow.p90Ms).toBe(960_000);
  expect(slow).toMatchObject({
    n: 1,
    basis: "between one own restoration and the 2 min assumed without",
  });
});

test("what comes nearest stands in while our own are few", () => {
  const nearest = { sample: [40_000, 50_000, 60_000], of: "rollouts of this Deployment" };
  expect(estimateRestoration("rollback", [1], nearest)).toMatchObject({ p50Ms: 50_000, n: 3 });
  const few = { ...nearest, sample: [40_000] };
  expect(estimateRestoration("rollback", [], few).n).toBe(0);
  expect(estimateRestoration("rollback", [7, 7, 7], nearest).p50Ms).toBe(7);
});

test("the ninetieth percentile is never below the median", () => {
  const ms = fc.integer({ min: 0, max: 10_000_000 });
  fc.assert(
    fc.property(fc.array(ms, { maxLength: 60 }), (own) => {
      const { p50Ms, p90Ms, n } = estimateRestoration("revert", own);
      expect(p90Ms ?? 0).toBeGreaterThanOrEqual(p50Ms);
      expect(n).toBe(own.length);
    }),
  );
});
