/** More than so many in so long is a thing that never rests: a lease, a counter, two programs at odds. */
const MOST = 10;
const WITHIN_MS = 10 * 60_000;
/** It is told this rarely then, as it is at that moment. */
const REST_MS = 60_000;

/** Keeps things that change all the time from filling the ledger. Times in milliseconds of one clock. */
export type Pace = {
  /** Whether a thing is to wait before it is told again. */
  isToRest(id: string, now: number): boolean;
  told(id: string, now: number): void;
  forget(id: string): void;
};

export function createPace(): Pace {
  const times = new Map<string, number[]>();
  return {
    isToRest(id, now) {
      const lately = (times.get(id) ?? []).filter((at) => now - at < WITHIN_MS);
      const last = lately.at(-1);
      return last !== undefined && lately.length >= MOST && now - last < REST_MS;
    },
    told(id, now) {
      times.set(id, [...(times.get(id) ?? []), now].slice(-MOST));
    },
    forget: (id) => void times.delete(id),
  };
}
