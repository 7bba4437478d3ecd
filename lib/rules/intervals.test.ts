import { expect, it, test } from "vitest";
import { incompleteBeta } from "./incomplete-beta";
import { poissonInterval } from "./poisson-interval";
import { wilsonInterval } from "./wilson-interval";

// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine
// 17 (1998), table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("Wilson's interval of %i of %i is the published one", (hits, n, low, high) => {
  const interval = wilsonInterval(hits, n);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});

it("has no interval of nothing, and stays within 0 and 1", () => {
  expect(wilsonInterval(0, 0)).toBeNull();
  expect(wilsonInterval(5, 5)?.high).toBe(1);
});

/** P(X ≤ count) of a Poisson variable, summed as it is defined. */
function poissonUpTo(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let i = 1; i <= count; i += 1) {
    term *= mean / i;
    sum += term;
  }
  return sum;
}

test.each([0, 1, 2, 5, 10, 30, 100, 300])(
  "Garwood's interval of %i leaves 2.5 %% at each end",
  (count) => {
    const { low, high } = poissonInterval(count);
    expect(poissonUpTo(count, high)).toBeCloseTo(0.025, 8);
    if (count === 0) expect(low).toBe(0);
    else expect(1 - poissonUpTo(count - 1, low)).toBeCloseTo(0.025, 8);
  },
);

it("gives the values that tables of Poisson limits print", () => {
  expect(poissonInterval(0).high).toBeCloseTo(3.689, 3);
  expect(poissonInterval(1).low).toBeCloseTo(0.0253, 4);
  expect(poissonInterval(1).high).toBeCloseTo(5.572, 3);
  expect(poissonInterval(10).low).toBeCloseTo(4.795, 3);
  expect(poissonInterval(10).high).toBeCloseTo(18.39, 2);
});

it("keeps to the normal approximation for the counts of years", () => {
  const { low, high } = poissonInterval(60_000);
  expect(low).toBeCloseTo(60_000 - 1.96 * Math.sqrt(60_000), -1);
  expect(high).toBeCloseTo(60_000 + 1.96 * Math.sqrt(60_000), -1);
});

it("knows the incomplete beta function where it has a closed form", () => {
  for (const x of [0.001, 0.2, 0.5, 0.9, 0.9999]) {
    expect(incompleteBeta(x, 1, 1)).toBeCloseTo(x, 12);
    expect(incompleteBeta(x, 3, 1)).toBeCloseTo(x ** 3, 12);
    expect(incompleteBeta(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 12);
    expect(incompleteBeta(x, 2_500, 2_501) + incompleteBeta(1 - x, 2_501, 2_500)).toBeCloseTo(
      1,
      10,
    );
  }
});
