import type { SignalPoint } from "@/lib/contracts/signal";
import type { HarmSpec } from "./propose-harm";

/** Where a signal left its usual level on the way into harm. Times in milliseconds since the epoch. */
export type ChangePoint = {
  /** The first point that belongs to the new course. */
  at: number;
  /** The change lies between these in about nine cases of ten, as far as this signal tells. */
  earliest: number;
  latest: number;
  /** How long it rose (or fell) from `at` until most of the harm was there. */
  riseMs: number;
  /** Usual values before and in harm. */
  before: number;
  after: number;
  /** The first point beyond the threshold, and the last one in a row of them. */
  crossedAt: number;
  lastBadAt: number;
  /** When a course that had begun before took a further step for the worse; null when it was of one piece. */
  worsenedAt: number | null;
};

type Series = { at: number[]; value: number[] };
type Run = { first: number; last: number };

const MOST_POINTS = 2_000;
/** Good points in a row that don't end a run of bad ones: noise around the threshold. */
const BRIDGED = 2;
/** Share of the way from the usual level to the threshold from which on values are near it. */
const NEAR_THRESHOLD = 0.6;
/** How far into harm the course is fitted: later on it says nothing about the beginning. */
const HEAD_POINTS = 8;
/** Evidence (twice a log-likelihood) that a drifting baseline must bring to be believed. */
const DRIFT_BRINGS = 10;
/** The same for a further step within a course; and the fewest points on either side of it. */
const STEP_BRINGS = 12;
const LEAST_PIECE = 3;

/**
 * Finds where the run of bad points that matters began: the last one that starts before `until`, else
 * the first after it. Up to the crossing, a level (or, where it is clearly better, a drift) is fitted
 * to what lies before each possible point and a line of its own to what follows, by least squares on
 * a logarithmic scale; the likelihoods give the uncertainty. So a step, a slow ramp and the smear of a
 * rate are all found where they begin and not where they cross the threshold. Lone spikes are removed
 * by a median of three. Null when no two points in a row are bad.
 */
export function findChangePoint(
  points: readonly SignalPoint[],
  spec: HarmSpec,
  until: number,
): ChangePoint | null {
  const raw = seriesOf(points);
  const sign = spec.harmWhen === "above" ? 1 : -1;
  const limit = spec.threshold * sign;
  const smooth = medianOfThree(raw.value.map((value) => value * sign));
  const runs = joinHovering(runsOf(smooth.map((value) => value > limit)), smooth, limit);
  const timeOf = (index: number) => raw.at[index] ?? 0;
  const chosen = runs.findLastIndex(({ first }) => timeOf(first) <= until);
  const at = chosen === -1 ? 0 : chosen;
  const run = runs[at];
  if (!run) return null;
  const start = at === 0 ? 0 : (runs[at - 1]?.last ?? -1) + 2;
  const end = Math.min(run.last, run.first + HEAD_POINTS);
  const scaled = smooth.map(scaleOf(spec, limit));
  const fit = fitCourse(scaled, Math.min(start, run.first), run.first, end);
  const worsened = secondStep([smooth, scaled], fit.best, run.first);
  const stepBack = (index: number) =>
    index > 0 ? timeOf(index - 1) : timeOf(0) - (timeOf(1) - timeOf(0) || 0);
  const before = median(smooth.slice(Math.min(start, fit.best), fit.best));
  const after = median(smooth.slice(run.first, Math.min(run.last + 1, run.first + 30)));
  const from = Number.isNaN(before) ? (smooth[fit.best] ?? limit) : before;
  return {
    at: timeOf(fit.best),
    earliest: stepBack(fit.earliest),
    latest: timeOf(fit.latest),
    riseMs: Math.max(
      0,
      risenAt(smooth, fit.best, run.last, from, after, timeOf) - timeOf(fit.best),
    ),
    before: from * sign,
    after: after * sign,
    crossedAt: timeOf(run.first),
    lastBadAt: timeOf(run.last),
    worsenedAt: worsened === null ? null : timeOf(worsened),
  };
}

/** Where a second line fits better than one, on either scale: a step in a course under way. */
function secondStep(scales: number[][], from: number, crossed: number): number | null {
  if (crossed - from < 2 * LEAST_PIECE) return null;
  const found = scales.map((values) => {
    const course = values.slice(from, crossed + LEAST_PIECE);
    const errorOf = sumsOf(course);
    const n = course.length;
    const whole = Math.max(1e-12, errorOf(0, n).line);
    const splits = Array.from({ length: n - 2 * LEAST_PIECE + 1 }, (_, i) => i + LEAST_PIECE);
    const errors = splits.map((at) => errorOf(0, at).line + errorOf(at, n).line);
    const least = Math.max(1e-12, Math.min(...errors));
    const gain = n * Math.log(whole / least);
    return gain > STEP_BRINGS + 2 * Math.log(n)
      ? (splits[errors.indexOf(Math.min(...errors))] ?? 0)
      : null;
  });
  const [first] = found;
  return first === undefined || found.includes(null) || first === null ? null : from + first;
}

/** Finite points in order of time, one per moment. */
function seriesOf(points: readonly SignalPoint[]): Series {
  const known = points
    .flatMap(([at, value]) =>
      value !== null && Number.isFinite(value) && Number.isFinite(at) ? [{ at, value }] : [],
    )
    .sort((a, b) => a.at - b.at || a.value - b.value)
    .filter(({ at }, index, all) => all[index + 1]?.at !== at)
    .slice(-MOST_POINTS);
  return { at: known.map(({ at }) => at), value: known.map(({ value }) => value) };
}

function medianOfThree(values: number[]): number[] {
  return values.map((value, index) => {
    const [a, b] = [values[index - 1], values[index + 1]];
    if (a === undefined || b === undefined) return value;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), value));
  });
}

/** Stretches of at least two bad points, over gaps of up to two good ones. */
function runsOf(bad: boolean[]): Run[] {
  const runs: Run[] = [];
  for (const [index, isBad] of bad.entries()) {
    if (!isBad) continue;
    const run = runs.at(-1);
    if (run && index - run.last <= BRIDGED + 1) run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs.filter(({ first, last }) => last > first || first === bad.length - 1);
}

/** Joins runs between which the values stayed near the threshold: they haven't been well again. */
function joinHovering(runs: Run[], values: number[], limit: number): Run[] {
  const usual = values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? limit;
  const near = usual + NEAR_THRESHOLD * (limit - usual);
  const joined: Run[] = [];
  for (const run of runs) {
    const previous = joined.at(-1);
    const isHovering = previous && median(values.slice(previous.last + 1, run.first)) > near;
    if (isHovering) previous.last = run.last;
    else joined.push({ ...run });
  }
  return joined;
}

/** Shares and latencies vary in proportion to themselves, so that their logarithms vary evenly. */
function scaleOf({ harmWhen }: HarmSpec, limit: number): (value: number) => number {
  const unit = limit / 10;
  if (harmWhen === "below" || !(unit > 0)) return (value) => value;
  return (value) => Math.log1p(Math.max(0, value) / unit);
}

/** Sums from which the squared error of a level or a line over any stretch follows at once. */
function sumsOf(values: number[]) {
  const sums = [{ y: 0, yy: 0, xy: 0 }];
  for (const [x, y] of values.entries()) {
    const last = sums[x] ?? { y: 0, yy: 0, xy: 0 };
    sums.push({ y: last.y + y, yy: last.yy + y * y, xy: last.xy + x * y });
  }
  return (from: number, to: number) => {
    const [a, b] = [sums[from], sums[to]];
    const n = to - from;
    if (!a || !b || n <= 0) return { level: 0, line: 0 };
    const [y, yy, xy] = [b.y - a.y, b.yy - a.yy, b.xy - a.xy];
    const level = Math.max(0, yy - (y * y) / n);
    const meanX = (from + to - 1) / 2;
    const spreadX = (n * (n * n - 1)) / 12;
    const slope = spreadX > 0 ? (xy - meanX * y) / spreadX : 0;
    return { level, line: Math.max(0, level - slope * slope * spreadX) };
  };
}

/** The most likely beginning of the course into harm, and the bounds of nine tenths of the likelihood. */
function fitCourse(values: number[], start: number, crossed: number, end: number) {
  const head = values.slice(start, end + 1);
  const errorOf = sumsOf(head);
  const n = head.length;
  const options: { at: number; level: number; drift: number }[] = [];
  for (let at = Math.min(1, crossed - start); at <= crossed - start; at += 1) {
    const [past, course] = [errorOf(0, at), errorOf(at, n)];
    options.push({ at, level: past.level + course.line, drift: past.line + course.line });
  }
  const least = (of: (one: { level: number; drift: number }) => number) =>
    Math.max(1e-12, Math.min(...options.map(of)));
  const gain = n * Math.log(least((one) => one.level) / least((one) => one.drift));
  const errorIn = (one: { level: number; drift: number }) =>
    gain > DRIFT_BRINGS + Math.log(n) ? one.drift : one.level;
  const best = least(errorIn);
  // A share of the scale at the least: noise that a short stretch doesn't show is there all the same.
  const variance = Math.max(best / Math.max(1, n - 4), 1e-4);
  const likely = options.map((one) => Math.exp(-(errorIn(one) - best) / (2 * variance)));
  const total = likely.reduce((sum, one) => sum + one, 0);
  const quantile = (share: number) => {
    let sum = 0;
    for (const [index, one] of likely.entries()) {
      sum += one;
      if (sum >= total * share) return start + (options[index]?.at ?? crossed - start);
    }
    return crossed;
  };
  const top = likely.indexOf(Math.max(...likely));
  return {
    best: start + (options[top]?.at ?? crossed - start),
    earliest: quantile(0.05),
    latest: quantile(0.95),
  };
}

/** When four fifths of the way from before to after were done. */
function risenAt(
  values: number[],
  from: number,
  last: number,
  before: number,
  after: number,
  timeOf: (index: number) => number,
): number {
  const most = before + 0.8 * (after - before);
  for (let index = from; index <= last; index += 1) {
    if ((values[index] ?? Number.NEGATIVE_INFINITY) >= most) return timeOf(index);
  }
  return timeOf(last);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
