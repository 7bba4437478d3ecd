import "server-only";

/** Does something for each, at most so many at once; answers in order. */
export async function inBatches<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < all.length; index = next++) {
      const one = all[index];
      if (one !== undefined) results.set(index, await work(one));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
