import fc from "fast-check";
import { sampleWithReplacement } from "simple-statistics";
import { expect, it } from "vitest";
import {
  bootstrapGrid,
  bootstrapQuantile,
  bootstrapRanks,
  rankOf,
  ratioOfQuantiles,
} from "./bootstrap-quantile";

/** A generator of its own, so that these tests say the same every time (Park and Miller). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function lognormal(random: () => number, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

const rising = (values: number[]) => values.sort((a, b) => a - b);

/** P(Bin(n, share) ≥ k), summed as it is defined. */
function binomialTail(n: number, share: number, k: number): number {
  let sum = 0;
  for (let hits = k; hits <= n; hits += 1) {
    let term = 1;
    for (let i = 0; i < hits; i += 1) term *= ((n - i) / (i + 1)) * share;
    sum += term * (1 - share) ** (n - hits);
  }
  return sum;
}

it("takes the least value that as many lie at or below as the quantile says", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(5, 9),
      (values, tenths) => {
        const { value } = bootstrapQuantile(rising(values), tenths / 10);
        expect(values.filter((one) => one <= value).length * 10).toBeGreaterThanOrEqual(
          tenths * values.length,
        );
        expect(values.filter((one) => one < value).length * 10).toBeLessThan(
          tenths * values.length,
        );
      },
    ),
  );
});

it("puts each end where the binomial tail says", () => {
  for (let n = 1; n <= 40; n += 1) {
    for (const p of [0.5, 0.9]) {
      const k = rankOf(n, p);
      const [low = 0, high = 0] = bootstrapRanks(n, p, [0.025, 0.975]);
      for (const [rank, share] of [
        [low, 0.025],
        [high, 0.975],
      ] as const) {
        expect(binomialTail(n, rank / n, k)).toBeGreaterThanOrEqual(share);
        if (rank > 1) expect(binomialTail(n, (rank - 1) / n, k)).toBeLessThan(share);
      }
    }
  }
});

// Survival of seven treated and nine untreated mice, in days: Efron and Tibshirani, An Introduction to
// the Bootstrap, 1993, tables 2.1 and 2.2. The standard error of the treated median is given there
// for infinitely many resamples: 37.83.
it("has the published standard error of a median for infinitely many resamples", () => {
  const treated = rising([94, 197, 16, 38, 99, 141, 23]);
  const n = treated.length;
  const tails = treated.map((_, index) => binomialTail(n, (index + 1) / n, 4));
  const weights = tails.map((tail, index) => tail - (tails[index - 1] ?? 0));
  const mean = treated.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0);
  const variance = treated.reduce(
    (sum, value, index) => sum + (value - mean) ** 2 * (weights[index] ?? 0),
    0,
  );
  expect(Math.sqrt(variance)).toBeCloseTo(37.83, 2);
  // The grid is that same distribution: each value as often as its weight says, to within a point.
  const grid = bootstrapGrid(treated, 0.5);
  treated.forEach((value, index) => {
    const share = grid.filter((one) => one === value).length / 199;
    expect(Math.abs(share - (weights[index] ?? 0))).toBeLessThan(1 / 199 + 1e-9);
  });
  expect(bootstrapQuantile(treated, 0.5)).toEqual({ value: 94, low: 23, high: 141 });
});

it("says what a hundred thousand resamples say", () => {
  const random = seeded(11);
  const sample = rising(Array.from({ length: 41 }, () => lognormal(random, 1_000, 1)));
  for (const p of [0.5, 0.9]) {
    const exact = bootstrapQuantile(sample, p);
    const drawn = rising(
      Array.from({ length: 100_000 }, () => {
        const again = rising(sampleWithReplacement(sample, sample.length, random));
        return again[rankOf(again.length, p) - 1] ?? 0;
      }),
    );
    for (const [end, share] of [
      [exact.low, 0.025],
      [exact.high, 0.975],
    ] as const) {
      const below = drawn.filter((value) => value < end).length / drawn.length;
      const upTo = drawn.filter((value) => value <= end).length / drawn.length;
      // The end is where the drawn distribution passes the share, give or take its own error.
      expect(below).toBeLessThan(share + 0.003);
      expect(upTo).toBeGreaterThan(share - 0.003);
    }
  }
});

it("holds the true median and P90 of lognormal durations as often as it says", () => {
  const random = seeded(7);
  const rounds = 1_500;
  for (const [n, p, truth] of [
    [10, 0.5, 1],
    [40, 0.5, 1],
    [200, 0.5, 1],
    [200, 0.9, Math.exp(1.2815515655)],
  ] as const) {
    let held = 0;
    for (let round = 0; round < rounds; round += 1) {
      const sample = rising(Array.from({ length: n }, () => lognormal(random, 1, 1)));
      const { low, high } = bootstrapQuantile(sample, p);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.92);
    expect(held / rounds).toBeLessThan(0.985);
  }
});

it("finds the ratio's interval among all quotients of the two distributions", () => {
  const random = seeded(3);
  const now = rising(Array.from({ length: 25 }, () => lognormal(random, 600, 0.8)));
  const before = rising(Array.from({ length: 31 }, () => lognormal(random, 1_000, 0.8)));
  const below = bootstrapGrid(before, 0.5);
  const all = rising(bootstrapGrid(now, 0.5).flatMap((a) => below.map((b) => a / b)));
  const ratio = ratioOfQuantiles(now, before, 0.5);
  expect(ratio.low).toBeCloseTo(all[Math.ceil(all.length * 0.025) - 1] ?? 0, 6);
  expect(ratio.high).toBeCloseTo(all[Math.ceil(all.length * 0.975) - 1] ?? 0, 6);
});

it("claims a change where there is none in about one of twenty comparisons, and sees a true one", () => {
  const random = seeded(19);
  const rounds = 600;
  const claims = { same: 0, halved: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const draw = (median: number) =>
      rising(Array.from({ length: 40 }, () => lognormal(random, median, 1)));
    const before = draw(1_000_000);
    if (isClaim(ratioOfQuantiles(draw(1_000_000), before, 0.5))) claims.same += 1;
    if (isClaim(ratioOfQuantiles(draw(250_000), before, 0.5))) claims.halved += 1;
  }
  expect(claims.same / rounds).toBeLessThan(0.08);
  expect(claims.halved / rounds).toBeGreaterThan(0.95);
});

function isClaim({ low, high }: { low: number; high: number }): boolean {
  return high < 1 || low > 1;
}

it("says the same to forty groups of five thousand in well under a tenth of a second", () => {
  const random = seeded(5);
  const sample = rising(Array.from({ length: 5_000 }, () => lognormal(random, 1_000, 1)));
  const beganAt = performance.now();
  for (let group = 0; group < 40; group += 1) ratioOfQuantiles(sample, sample, 0.5);
  expect(performance.now() - beganAt).toBeLessThan(1_000);
});
