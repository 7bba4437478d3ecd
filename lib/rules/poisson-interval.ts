import { gammaln } from "simple-statistics";

/**
 * Garwood's exact 95 % interval of a Poisson mean from one count: the means under which a count this
 * high, or this low, would have a probability of 2.5 %. In events of the time they were counted in.
 */
export function poissonInterval(count: number): { low: number; high: number } {
  const tail = 0.025;
  return {
    // P(X ≥ count | mean) = P(count, mean), and P(X ≤ count | mean) = 1 − P(count + 1, mean).
    low: count === 0 ? 0 : solve((mean) => lowerGamma(count, mean) - tail, count),
    high: solve((mean) => lowerGamma(count + 1, mean) - (1 - tail), count + 1),
  };
}

/** The zero of a rising function, by halving an interval that is widened until it holds it. */
function solve(rising: (x: number) => number, guess: number): number {
  let low = 0;
  let high = guess + 4 * Math.sqrt(guess) + 4;
  while (rising(high) < 0) high *= 2;
  for (let round = 0; round < 200 && high - low > 1e-10 * high; round += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Regularised lower incomplete gamma function P(a, x), a > 0: the power series below the mean, the
 * continued fraction above it (NIST Handbook of Mathematical Functions, 8.11.4 and 8.9.2).
 */
function lowerGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - gammaln(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-15; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1_000_000; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return 1 - front * fraction;
}
