export type Random = {
  /** From 0 up to, not including, 1. */
  next(): number;
  whole(below: number): number;
  pick<T>(from: readonly T[]): T;
  hex(digits: number): string;
};

/** The same numbers for the same seed, on every machine (xorshift, 32 bits). */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return {
    next,
    whole,
    pick(from) {
      const chosen = from[whole(from.length)];
      if (chosen === undefined) throw new Error("There is nothing to pick from.");
      return chosen;
    },
    hex: (digits) => Array.from({ length: digits }, () => whole(16).toString(16)).join(""),
  };
}
