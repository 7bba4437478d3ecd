/** The standard normal deviate of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a ratio, 95 %: it stays between 0 and 1 and holds for few cases, where
 * the usual plus-or-minus doesn't. Null of nothing. `hits` of `n`.
 */
export function wilsonInterval(hits: number, n: number): { low: number; high: number } | null {
  if (n === 0) return null;
  const share = hits / n;
  const middle = share + (Z * Z) / (2 * n);
  const half = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  return {
    low: hits === 0 ? 0 : (middle - half) / scale,
    high: hits === n ? 1 : (middle + half) / scale,
  };
}
