/** A small seeded generator (mulberry32): the same seed tells the same past. Numbers in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number in [0, 1) that depends on nothing but its arguments: noise that can be asked for twice. */
export function noiseAt(name: string, bucket: number): number {
  let hash = 2166136261;
  for (const char of `${name}:${bucket}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  }
  return createRandom(hash)();
}
