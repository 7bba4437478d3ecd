/** An answer kept to be used again when GitHub says that nothing changed. */
export type KeptAnswer = {
  etag: string;
  status: number;
  headers: [string, string][];
  body: string;
};

export type EtagCache = {
  get(key: string): KeptAnswer | undefined;
  set(key: string, answer: KeptAnswer): void;
};

/** The most recently used answers, at most `maxEntries` and about `maxCharacters` of body in all. */
export function createEtagCache(maxEntries = 500, maxCharacters = 16_000_000): EtagCache {
  // A Map remembers the order of insertion, so the first key is the least recently used.
  const kept = new Map<string, KeptAnswer>();
  let characters = 0;

  const drop = (key: string) => {
    characters -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  };

  return {
    get(key) {
      const answer = kept.get(key);
      if (answer) {
        kept.delete(key);
        kept.set(key, answer);
      }
      return answer;
    },
    set(key, answer) {
      drop(key);
      if (answer.body.length > maxCharacters / 4) return;
      kept.set(key, answer);
      characters += answer.body.length;
      for (const oldest of kept.keys()) {
        if (kept.size <= maxEntries && characters <= maxCharacters) break;
        drop(oldest);
      }
    },
  };
}
