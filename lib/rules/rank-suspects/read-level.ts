import type { SignalTrace } from "@/lib/contracts/incident-evidence";

/** Points that have a value, oldest first. */
export type Level = { at: number[]; value: number[] };

/** Sorts a trace once, so that any stretch of it is found at once. */
export function readTrace({ points }: SignalTrace): Level {
  const known = points.flatMap(([at, value]) =>
    value !== null && Number.isFinite(value) && Number.isFinite(at) ? [{ at, value }] : [],
  );
  known.sort((a, b) => a.at - b.at || a.value - b.value);
  return { at: known.map(({ at }) => at), value: known.map(({ value }) => value) };
}

/** Median of the values from `from` up to, not including, `to`; null with fewer than two. */
export function levelBetween(level: Level, from: number, to: number): number | null {
  const values = level.value.slice(firstAt(level.at, from), firstAt(level.at, to));
  return values.length < 2 ? null : middleOf(values);
}

/** Half the width of the middle of the values between two times: how far noise goes. */
export function noiseBetween(level: Level, from: number, to: number): number {
  const values = level.value.slice(firstAt(level.at, from), firstAt(level.at, to));
  if (values.length < 2) return 0;
  const middle = middleOf(values);
  return 1.5 * middleOf(values.map((value) => Math.abs(value - middle)));
}

/** Index of the first time that isn't before `at`. */
function firstAt(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}
