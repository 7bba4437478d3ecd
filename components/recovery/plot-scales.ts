import { scaleLog, scaleUtc } from "d3-scale";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Durations that people know, in milliseconds: where the axis of a recovery may have its lines. */
const STEPS: readonly [ms: number, label: string][] = [
  [SECOND, "1 s"],
  [5 * SECOND, "5 s"],
  [15 * SECOND, "15 s"],
  [MINUTE, "1 min"],
  [5 * MINUTE, "5 min"],
  [15 * MINUTE, "15 min"],
  [HOUR, "1 h"],
  [4 * HOUR, "4 h"],
  [DAY, "1 day"],
  [7 * DAY, "1 week"],
  [30 * DAY, "30 days"],
];
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Fewer steps than this are no scale to read a duration from. */
const LEAST_STEPS = 4;

/** The steps around these durations, and some more where they lie close together. */
export function durationTicks(shortest: number, longest: number): [ms: number, label: string][] {
  let first = Math.max(
    0,
    STEPS.findLastIndex(([ms]) => ms <= shortest),
  );
  const above = STEPS.findIndex(([ms]) => ms >= longest);
  let last = above < 0 ? STEPS.length - 1 : above;
  while (last - first + 1 < LEAST_STEPS) {
    if (first > 0) first -= 1;
    if (last < STEPS.length - 1) last += 1;
  }
  return STEPS.slice(first, last + 1);
}

/** Maps durations (ms) to places from `bottom` up to `top` (px), logarithmically, held within them. */
export function durationScale(
  ticks: readonly [ms: number, label: string][],
  bottom: number,
  top: number,
): (ms: number) => number {
  const low = ticks[0]?.[0] ?? MINUTE;
  const high = ticks.at(-1)?.[0] ?? HOUR;
  const scale = scaleLog([low, high], [bottom, top]).clamp(true);
  return (ms) => scale(Math.max(ms, 1));
}

/** Maps moments (ms) to places (px), and has the months or days at which lines may stand. */
export function dateScale(from: number, to: number, left: number, right: number) {
  const scale = scaleUtc([from, to], [left, right]);
  const isLong = to - from > 400 * DAY;
  return {
    x: (at: number) => scale(at),
    ticks: (most: number) =>
      scale.ticks(most).map((date) => ({ at: date.getTime(), label: dateLabel(date, isLong) })),
  };
}

/** "3 Nov", or "Nov 26" where years matter; the year alone where one begins. */
function dateLabel(date: Date, isLong: boolean): string {
  const month = MONTHS.slice(date.getUTCMonth() * 3, date.getUTCMonth() * 3 + 3);
  if (!isLong) return `${date.getUTCDate()} ${month}`;
  return date.getUTCMonth() === 0
    ? String(date.getUTCFullYear())
    : `${month} ${String(date.getUTCFullYear()).slice(2)}`;
}
