import type { Change } from "@/lib/contracts/change";
import type { Evidence } from "@/lib/contracts/suspect";
import type { World } from "./incident-world";
import { noWords, readWords, stemOf, type Words } from "./words-of";

/** A name in full says much more than a word that occurs in it. */
const NAME_SAYS = 2.2;
const WORD_SAYS = 1.2;
/** However many words meet, chance has a part in it. */
const MOST = 4;
const NAMED_SERVICE_SAYS = 1.2;
const MOST_FILES = 300;
/** With fewer words than this, that none of them is found says nothing. */
const ENOUGH_WORDS = 4;

/** What the incident's own words have in common with the changes, weighed by how few share it. */
export type TextIndex = {
  weigh(change: Change, merges: readonly Change[]): Evidence[];
  /** Words of a change that match those given, for reasons other than errors. */
  wordsOf(change: Change, merges: readonly Change[]): Set<string>;
  words: Words;
};

/** Reads the incident's words once, and of each candidate what it shares with them. */
export function indexTexts(
  candidates: readonly { change: Change; merges: readonly Change[] }[],
  world: World,
): TextIndex {
  const said = noWords();
  for (const text of new Set(world.evidence.texts)) readWords(text, said);
  const named = servicesNamed(world, said);
  for (const name of world.services.keys()) forget(name, said);
  const reader = readerOf();
  const shared = new Map<string, number>();
  const hasWords = said.words.size > 0;
  if (hasWords) {
    for (const { change, merges } of candidates) {
      for (const word of sharedBy(reader(change, merges), said)) {
        shared.set(word, (shared.get(word) ?? 0) + 1);
      }
    }
  }
  const rarity = (word: string) =>
    Math.log((candidates.length + 1) / (shared.get(word) ?? 1)) / Math.log(candidates.length + 1);
  return {
    words: said,
    wordsOf: (change, merges) => new Set(reader(change, merges).flatMap(({ words }) => [...words])),
    weigh: (change, merges) => {
      const evidence = named.flatMap((name) =>
        change.services.includes(name)
          ? [{ sentence: `The incident's words name ${name}.`, logOdds: NAMED_SERVICE_SAYS }]
          : [],
      );
      if (!hasWords) return evidence;
      const matches = [...sharedBy(reader(change, merges), said)]
        .map((word) => ({
          word,
          says: rarity(word) * (said.names.has(word) ? NAME_SAYS : WORD_SAYS),
        }))
        .filter(({ says }) => says > 0.05)
        .sort((a, b) => b.says - a.says || (a.word < b.word ? -1 : 1));
      if (matches.length === 0) {
        const isSpoken = said.words.size >= ENOUGH_WORDS && hasWordsOf(merges);
        return isSpoken && shared.size === 0
          ? [
              ...evidence,
              { sentence: "Nothing in it occurs in the incident's words.", logOdds: -0.8 },
            ]
          : evidence;
      }
      const sum = matches.reduce((total, { says }) => total + says, 0);
      const shown = matches.slice(0, 3).map(({ word }) => `“${word}”`);
      return [
        ...evidence,
        {
          sentence: `The incident's words occur in ${placeOf(matches[0]?.word ?? "", merges, reader)}: ${shown.join(", ")}.`,
          logOdds: Math.min(MOST, sum),
        },
      ];
    },
  };
}

/** Other services than the affected that the words speak of: "connection refused by payments". */
function servicesNamed(world: World, said: Words): string[] {
  return [...world.services.keys()].filter((name) => {
    if (world.affected.includes(name)) return false;
    const parts = noWords();
    readWords(name, parts);
    const isName = parts.names.size > 0;
    return isName
      ? said.names.has(name.toLowerCase())
      : parts.words.size > 0 && [...parts.words].every((word) => said.words.has(word));
  });
}

/** Whether enough is known of a change's contents for silence to mean something. */
function hasWordsOf(merges: readonly Change[]): boolean {
  return merges.some(({ details }) => details.kind === "merge" && details.files.length > 0);
}

/** Names of services tell where, which is weighed apart. */
function forget(service: string, said: Words): void {
  const parts = noWords();
  readWords(service, parts);
  for (const name of parts.names) said.names.delete(name);
  for (const word of parts.words) said.words.delete(word);
}

type Reader = (change: Change, merges: readonly Change[]) => Words[];

/** Reads each change once, however many suspects it belongs to. */
function readerOf(): Reader {
  const read = new Map<string, Words>();
  const wordsOf = (change: Change): Words => {
    const known = read.get(change.id);
    if (known) return known;
    const words = noWords();
    for (const text of textsOf(change)) readWords(text, words);
    read.set(change.id, words);
    return words;
  };
  return (change, merges) => [wordsOf(change), ...merges.map(wordsOf)];
}

function textsOf({ title, details }: Change): string[] {
  switch (details.kind) {
    case "deploy":
      return [...details.templateChanges.filter((line) => !line.startsWith("image"))];
    case "flag":
      return [details.key];
    case "merge":
      return [
        title,
        details.branch,
        ...details.files.slice(0, MOST_FILES).map(({ path }) => path),
        ...details.flagKeys,
      ];
    case "config":
      return [title, details.object, ...details.keys];
    default:
      return details satisfies never;
  }
}

function sharedBy(all: readonly Words[], said: Words): Set<string> {
  const shared = new Set<string>();
  for (const { names, words } of all) {
    for (const name of names) if (said.names.has(name)) shared.add(name);
    for (const word of words) if (said.words.has(word)) shared.add(word);
  }
  return shared;
}

function placeOf(word: string, merges: readonly Change[], reader: Reader): string {
  const holder = merges.find((merge) =>
    reader(merge, []).some(({ names, words }) => names.has(word) || words.has(word)),
  );
  return holder?.details.kind === "merge" ? `#${holder.details.number}` : "what it changed";
}

/** Whether the words hold one of these, which are compared by their stems. */
export function holdsAny(words: ReadonlySet<string>, any: readonly string[]): string | null {
  return any.find((word) => words.has(stemOf(word) ?? word)) ?? null;
}
