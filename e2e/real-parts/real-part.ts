/** A real product that was started or found, or the plain reason why this machine has none. */
export type RealPart<T> = { part: T; reason: null } | { part: null; reason: string };

export function present<T>(part: T): RealPart<T> {
  return { part, reason: null };
}

export function absent<T>(reason: string): RealPart<T> {
  return { part: null, reason };
}

/** True where tests may not fetch anything. */
export function isOffline(): boolean {
  return process.env.KNOWN_GOOD_TEST_OFFLINE === "1";
}
