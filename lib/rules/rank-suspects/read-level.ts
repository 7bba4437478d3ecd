import type { SignalTrace } from "@/lib/contracts/incident-evidence";

/** Median of a trace's values from `from` up to, not including, `to`; null with fewer than two. */
export function levelBetween(trace: SignalTrace, from: number, to: number): number | null {
  const values = trace.points.flatMap(([at, value]) =>
    value !== null && Number.isFinite(value) && at >= from && at < to ? [value] : [],
  );
  if (values.length < 2) return null;
  values.sort((a, b) => a - b);
  const middle = values.length / 2;
  const [low, high] = [values[Math.ceil(middle) - 1], values[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Half the width of the middle of a trace's values between two times: how far noise goes. */
export function noiseBetween(trace: SignalTrace, from: number, to: number): number {
  const level = levelBetween(trace, from, to);
  if (level === null) return 0;
  const away = trace.points.flatMap(([at, value]): [number, number][] =>
    value !== null && Number.isFinite(value) && at >= from && at < to
      ? [[at, Math.abs(value - level)]]
      : [],
  );
  return 1.5 * (levelBetween({ ...trace, points: away }, from, to) ?? 0);
}
