/** Something said with a probability, and whether it was so. */
export type Stated = { probability: number; isRight: boolean };

export type CalibrationBin = {
  /** From this probability up to, not including, `to` (the last includes 1). */
  from: number;
  to: number;
  n: number;
  /** Means; null in an empty bin. */
  stated: number | null;
  found: number | null;
};

const BINS = 10;

/**
 * Are seven in ten right of what was said with 70 %? Ten bins of equal width, and the mean gap between
 * said and found, weighted by n (expected calibration error); null of nothing.
 */
export function calibration(all: Stated[]): { bins: CalibrationBin[]; error: number | null } {
  const bins = Array.from({ length: BINS }, (_, index): CalibrationBin => {
    const inside = all.filter(({ probability }) => binOf(probability) === index);
    const mean = (of: (one: Stated) => number) =>
      inside.length === 0 ? null : inside.reduce((sum, one) => sum + of(one), 0) / inside.length;
    return {
      ...{ from: index / BINS, to: (index + 1) / BINS, n: inside.length },
      stated: mean(({ probability }) => probability),
      found: mean(({ isRight }) => (isRight ? 1 : 0)),
    };
  });
  if (all.length === 0) return { bins, error: null };
  const gaps = bins.map(({ n, stated, found }) => n * Math.abs((stated ?? 0) - (found ?? 0)));
  return { bins, error: gaps.reduce((sum, gap) => sum + gap, 0) / all.length };
}

function binOf(probability: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)));
}
