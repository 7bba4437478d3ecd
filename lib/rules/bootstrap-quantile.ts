import { incompleteBeta } from "./incomplete-beta";

/**
 * The rank of the p-quantile among n sorted values, from 1: the inverse of the empirical distribution
 * (Hyndman and Fan's type 1), so that a quantile is always something that happened.
 */
export function rankOf(n: number, p: number): number {
  // 0.9 × 10 is a hair above 9 to a computer.
  return Math.min(n, Math.max(1, Math.ceil(n * p - 1e-9)));
}

/**
 * The ranks at which the bootstrap distribution of the p-quantile of n sorted values reaches each
 * probability (rising). No resample is drawn: at most j of n values lie at or below the j-th, so
 * P(X*₍ₖ₎ ≤ x₍ⱼ₎) = P(Bin(n, j/n) ≥ k), and that is what infinitely many resamples would say
 * (B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979, on the median).
 */
export function bootstrapRanks(n: number, p: number, probabilities: readonly number[]): number[] {
  const k = rankOf(n, p);
  const ranks: number[] = [];
  const reached = (j: number) => incompleteBeta(j / n, k, n - k + 1);
  // Nothing happens far from k: begin eight standard deviations below it.
  let j = Math.max(1, Math.floor(k - 8 * Math.sqrt(n * p * (1 - p)) - 2));
  let share = reached(j);
  for (const probability of probabilities) {
    while (share < probability && j < n) {
      j += 1;
      share = reached(j);
    }
    ranks.push(j);
  }
  return ranks;
}

/**
 * The p-quantile of a sample and its ideal 95 % bootstrap percentile interval. `sorted` rises and
 * holds at least one value; 0 < p < 1.
 */
export function bootstrapQuantile(
  sorted: readonly number[],
  p: number,
): { value: number; low: number; high: number } {
  const n = sorted.length;
  const [low = 1, high = n] = bootstrapRanks(n, p, [0.025, 0.975]);
  return {
    value: at(sorted, rankOf(n, p)),
    low: at(sorted, low),
    high: at(sorted, high),
  };
}

const POINTS = 199;
const GRID = Array.from({ length: POINTS }, (_, index) => (index + 1) / (POINTS + 1));

/** The bootstrap distribution of the p-quantile as 199 values of equal weight, rising. */
export function bootstrapGrid(sorted: readonly number[], p: number): number[] {
  return bootstrapRanks(sorted.length, p, GRID).map((rank) => at(sorted, rank));
}

/**
 * Ratio of the p-quantiles of two samples with its 95 % interval: the quantiles of all quotients of
 * the two bootstrap distributions, 199 by 199. Durations under a millisecond count as one.
 */
export function ratioOfQuantiles(
  now: readonly number[],
  before: readonly number[],
  p: number,
): { value: number; low: number; high: number } {
  const above = bootstrapGrid(now, p).map(logOf);
  const below = bootstrapGrid(before, p).map(logOf);
  const difference =
    logOf(at(now, rankOf(now.length, p))) - logOf(at(before, rankOf(before.length, p)));
  return {
    value: Math.exp(difference),
    low: Math.exp(quantileOfDifferences(above, below, 0.025)),
    high: Math.exp(quantileOfDifferences(above, below, 0.975)),
  };
}

function logOf(ms: number): number {
  return Math.log(Math.max(1, ms));
}

/** The p-quantile of all differences a − b, without making them: both lists rise. */
function quantileOfDifferences(a: readonly number[], b: readonly number[], p: number): number {
  const wanted = Math.ceil(a.length * b.length * p);
  let low = at(a, 1) - at(b, b.length) - 1e-9;
  let high = at(a, a.length) - at(b, 1);
  for (let round = 0; round < 60 && high - low > 1e-12; round += 1) {
    const middle = (low + high) / 2;
    if (pairsUpTo(a, b, middle) >= wanted) high = middle;
    else low = middle;
  }
  return high;
}

/** How many differences a − b are at most `limit`. */
function pairsUpTo(a: readonly number[], b: readonly number[], limit: number): number {
  let count = 0;
  let from = 0;
  for (const value of a) {
    while (from < b.length && value - at(b, from + 1) > limit) from += 1;
    count += b.length - from;
  }
  return count;
}

/** The value with a rank, from 1. */
function at(values: readonly number[], rank: number): number {
  const value = values[rank - 1];
  if (value === undefined) throw new RangeError(`there is no value with rank ${rank}`);
  return value;
}
