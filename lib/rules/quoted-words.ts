const MOST = 400;
/** What a flag's key may look like, between quotes of any kind. */
const QUOTED = /["'`]([A-Za-z][\w.:-]{2,99})["'`]/g;

/** Quoted words on the added and removed lines of a diff, each once, at most 400. */
export function quotedWords(diff: string): string[] {
  const words = new Set<string>();
  for (const line of diff.split("\n")) {
    if (!/^[+-](?![+-]{2} )/.test(line)) continue;
    for (const [, word] of line.matchAll(QUOTED)) {
      if (word) words.add(word);
      if (words.size >= MOST) return [...words];
    }
  }
  return [...words];
}
