import { gammaln } from "simple-statistics";

const TINY = 1e-300;
const CLOSE = 1e-14;

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0, by Lentz's evaluation of its continued
 * fraction (NIST Handbook of Mathematical Functions, 8.17.22). A binomial tail is one of its values:
 * P(Bin(n, x) ≥ k) = I_x(k, n − k + 1).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean only; above it, the other tail is asked.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < CLOSE) break;
  }
  return Math.min(1, (front * fraction) / a);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
