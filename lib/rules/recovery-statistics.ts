import type { Quantile, RecoveryGroup, RecoverySummary } from "@/lib/contracts/recovery";
import { bootstrapQuantile, ratioOfQuantiles } from "./bootstrap-quantile";
import { ageInWords, durationInWords } from "./say";

/** Fewer than this many in a group say nothing of a difference. */
export const LEAST_TO_COMPARE = 10;
/** Below this the highest of a sample is under the true P90 in more than one of forty samples. */
export const LEAST_FOR_P90 = 35;

const NINETY = 89 * 60_000;

/**
 * Median and P90 of durations in milliseconds, with their bootstrap intervals where there are enough
 * of them to have one. `sorted` rises. `things`: what is counted, "incidents".
 */
export function summarise(sorted: readonly number[], things: string): RecoverySummary {
  const n = sorted.length;
  if (n === 0) return { n, median: null, p90: null, why: `There are no ${things} in this period.` };
  const p90 = bootstrapQuantile(sorted, 0.9);
  const few = n < LEAST_TO_COMPARE;
  return {
    n,
    median: medianOf(sorted),
    p90: n < LEAST_FOR_P90 ? bare(p90.value) : p90,
    why: few
      ? `Only ${n}: fewer than ${LEAST_TO_COMPARE} say little of the next ones.`
      : n < LEAST_FOR_P90
        ? `P90 has no interval: that takes ${LEAST_FOR_P90} ${things}, and there are ${n}.`
        : null,
  };
}

/** The median of rising values, with its interval from ten on; null of none. */
export function medianOf(sorted: readonly number[]): Quantile | null {
  if (sorted.length === 0) return null;
  const median = bootstrapQuantile(sorted, 0.5);
  return sorted.length < LEAST_TO_COMPARE ? bare(median.value) : median;
}

function bare(value: number): Quantile {
  return { value, low: null, high: null };
}

/**
 * One group in this period and the one before it. A change is claimed only when the interval of the
 * ratio of medians leaves out 1; with fewer than ten in either period nothing is compared. Both lists
 * rise.
 */
export function compareGroup(input: {
  key: string;
  label: string;
  now: readonly number[];
  before: readonly number[];
  things: string;
}): RecoveryGroup {
  const { key, label, things } = input;
  const now = summarise(input.now, things);
  const before = summarise(input.before, things);
  const isComparable = now.n >= LEAST_TO_COMPARE && before.n >= LEAST_TO_COMPARE;
  const ratio = isComparable ? ratioOfQuantiles(input.now, input.before, 0.5) : null;
  const sentence = ratio === null ? tooFew(now.n, before.n) : verdict(ratio, now, before);
  return { key, label, now, before, ratio, sentence, isComparable };
}

function tooFew(now: number, before: number): string {
  const counts = `${now} in this period, ${before} in the one before`;
  return `Not compared: ${counts}. It takes ${LEAST_TO_COMPARE} in each.`;
}

function verdict(
  ratio: { value: number; low: number; high: number },
  now: RecoverySummary,
  before: RecoverySummary,
): string {
  const range = `${digits(ratio.low)} to ${digits(ratio.high)}`;
  if (ratio.low <= 1 && ratio.high >= 1) {
    return `No clear change: the median is ${digits(ratio.value)} of what it was, and anything from ${range} fits.`;
  }
  const way = ratio.high < 1 ? "Faster" : "Slower";
  const from = spanInWords(before.median?.value ?? 0);
  const to = spanInWords(now.median?.value ?? 0);
  return `${way}: the median went from ${from} to ${to}, ${digits(ratio.value)} of what it was (${range}).`;
}

/** A duration of any length: "4 s", "1 min 50 s", "3 h 10 min", "6 days". Milliseconds in. */
export function spanInWords(ms: number): string {
  return ms < NINETY ? durationInWords(ms) : ageInWords(ms);
}

/** A ratio to two digits behind the point, and never rounded to 1 when it isn't. */
function digits(ratio: number): string {
  const rounded = ratio.toFixed(2);
  return rounded === "1.00" && ratio !== 1 ? ratio.toFixed(4) : rounded;
}
