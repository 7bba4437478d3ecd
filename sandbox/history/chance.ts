import { createRandom } from "../shop/random.ts";

/** Chance that can be told again: everything of one past is drawn from it in the same order. */
export type Chance = {
  next(): number;
  between(low: number, high: number): number;
  /** Around `middle`, at most `spread` times longer or shorter, as durations of people's work are. */
  around(middle: number, spread: number): number;
  whole(low: number, high: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  hex(digits: number): string;
};

export function createChance(seed: number): Chance {
  const next = createRandom(seed);
  const between = (low: number, high: number) => low + (high - low) * next();
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1));
  return {
    next,
    between,
    around: (middle, spread) => middle * spread ** (next() + next() - 1),
    whole,
    pick: (from) => from[Math.floor(next() * from.length)] ?? from[0],
    hex: (digits) => Array.from({ length: digits }, () => whole(0, 15).toString(16)).join(""),
  };
}
