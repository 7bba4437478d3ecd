/** Key to the keyed hash of its value, as the ledger keeps them. */
export type KeyHashes = Readonly<Record<string, string>>;

export type KeyChanges = { added: string[]; changed: string[]; removed: string[] };

/** What differs between two contents of one object, each list in alphabetical order. */
export function compareKeys(before: KeyHashes | null, after: KeyHashes | null): KeyChanges {
  const [was, is] = [before ?? {}, after ?? {}];
  const has = (keys: KeyHashes, key: string) => Object.hasOwn(keys, key);
  return {
    added: Object.keys(is)
      .filter((key) => !has(was, key))
      .sort(),
    changed: Object.keys(is)
      .filter((key) => has(was, key) && was[key] !== is[key])
      .sort(),
    removed: Object.keys(was)
      .filter((key) => !has(is, key))
      .sort(),
  };
}

/**
 * Whether two contents can be compared: hashes begin with the id of the key they were made with, and
 * those of another key say nothing.
 */
export function areComparable(before: KeyHashes | null, after: KeyHashes | null): boolean {
  const ids = [before, after].flatMap((keys) =>
    Object.values(keys ?? {}).map((hash) => hash.slice(0, hash.indexOf("."))),
  );
  return new Set(ids).size <= 1;
}

/** Keys of a change that somebody who takes `needed` (null: all) is touched by. */
export function touchedKeys(
  { added, changed, removed }: KeyChanges,
  needed: string[] | null,
): string[] {
  const all = [...changed, ...removed, ...added];
  return needed === null ? all : all.filter((key) => needed.includes(key));
}

/** "TIMEOUT_MS changed; RETRIES added": at most three keys of each kind are named. */
export function keyChangesInWords({ added, changed, removed }: KeyChanges): string {
  const part = (keys: string[], word: string) =>
    keys.length === 0 ? [] : [`${keysInWords(keys)} ${word}`];
  return [...part(changed, "changed"), ...part(added, "added"), ...part(removed, "removed")].join(
    "; ",
  );
}

/** "A", "A and B", "A, B and C", "A, B, C and 4 more". */
export function keysInWords(keys: string[]): string {
  const shown = keys.slice(0, 3);
  const rest = keys.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

/**
 * Kustomize ends names with ten characters of a hash of the content: such an object is never changed,
 * a new one takes its place, and the template that names it shows that already.
 */
export function isNamedByContent(name: string): boolean {
  return /-[bcdfghkmt2456789]{10}$/.test(name);
}
