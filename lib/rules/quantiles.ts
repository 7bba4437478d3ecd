/**
 * The p-quantile of a sample by linear interpolation between order statistics (Hyndman and Fan's
 * type 7); NaN for an empty sample. 0 ≤ p ≤ 1.
 */
export function quantile(sample: number[], p: number): number {
  if (sample.length === 0) return Number.NaN;
  const sorted = [...sample].sort((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
