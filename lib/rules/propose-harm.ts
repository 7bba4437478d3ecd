import type { SignalPoint } from "@/lib/contracts/signal";

/** Where the harm begins: the threshold in the signal's own unit and the side that hurts. */
export type HarmSpec = { threshold: number; harmWhen: "above" | "below" };

export type ProposedHarm = {
  /** Milliseconds since the epoch: the first point on the wrong side. */
  at: number;
  /** The value in front of it, null when the window begins with it. */
  before: number | null;
  /** The newest value. */
  now: number | null;
};

export type SignalVerdict = {
  /** Null when there is no fresh data to judge by. */
  good: boolean | null;
  /** Since when every point has been on the right side, milliseconds; null when it isn't. */
  goodSince: number | null;
  /** The newest value, however old. */
  value: number | null;
};

type Known = [at: number, value: number];

/** Newest data older than this many steps says nothing about now. */
const FRESH_STEPS = 3;

/** A value exactly at the threshold is good. */
function isHarm(value: number, { threshold, harmWhen }: HarmSpec): boolean {
  return harmWhen === "above" ? value > threshold : value < threshold;
}

function knownOf(points: readonly SignalPoint[]): Known[] {
  return points.flatMap(([at, value]): Known[] => (value === null ? [] : [[at, value]]));
}

/**
 * When the present harm began, read off the signal (points oldest first): the start of the last
 * excursion beyond the threshold. An excursion is sustained when two points in a row are bad; the
 * newest point alone is enough, since what follows it isn't known yet. One good point amid bad ones
 * doesn't end it, two do. Null when there is no excursion that lasts until now.
 */
export function proposeHarmStart(
  points: readonly SignalPoint[],
  spec: HarmSpec,
): ProposedHarm | null {
  const known = knownOf(points);
  const bad = known.map(([, value]) => isHarm(value, spec));
  const isSustained = (index: number) => bad[index] === true && bad[index + 1] === true;
  const end = bad.lastIndexOf(true);
  const last = known.length - 1;
  // One good point at the end may be noise, unless it follows a lone bad one.
  if (end === -1 || end < last - 1 || (end === last - 1 && !isSustained(end - 1))) return null;
  let start = end;
  for (let index = end - 1; index >= 0 && (bad[index] || bad[index + 1]); index -= 1) {
    if (isSustained(index)) start = index;
  }
  const [at] = known[start] ?? [0];
  return { at, before: known[start - 1]?.[1] ?? null, now: known[last]?.[1] ?? null };
}

/** The usual distance between points, milliseconds; 0 when there is only one. */
function stepOf(points: readonly SignalPoint[]): number {
  const distances = points
    .slice(1)
    .map(([at], index) => at - (points[index]?.[0] ?? at))
    .toSorted((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? 0;
}

/**
 * Is the signal good, and since when? `goodSince` reaches back over points on the right side without a
 * gap: a null, or a hole of more than two steps, is a gap, for nobody knows what happened in it.
 * Without a number in the last three steps nothing is known and `good` is null (a window with only one
 * point has no step: then it may be `verifyForSeconds` old).
 */
export function signalVerdict(
  points: readonly SignalPoint[],
  spec: HarmSpec,
  now: number,
  verifyForSeconds: number,
): SignalVerdict {
  const known = knownOf(points);
  const newest = known.at(-1);
  if (!newest) return { good: null, goodSince: null, value: null };
  const [newestAt, value] = newest;
  const step = stepOf(points);
  const freshMs = step === 0 ? verifyForSeconds * 1_000 : step * FRESH_STEPS;
  if (now - newestAt > freshMs) return { good: null, goodSince: null, value };
  if (isHarm(value, spec)) return { good: false, goodSince: null, value };
  let goodSince = newestAt;
  // Trailing nulls within the fresh part are samples that haven't arrived yet, not a gap.
  const upToNewest = points.filter(([at]) => at <= newestAt);
  for (const [at, earlier] of upToNewest.toReversed()) {
    if (earlier === null || isHarm(earlier, spec) || goodSince - at > step * 2) break;
    goodSince = at;
  }
  return { good: true, goodSince, value };
}
