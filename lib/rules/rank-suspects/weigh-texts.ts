import type { Change } from "@/lib/contracts/change";
import type { Evidence } from "@/lib/contracts/suspect";
import { order, type World } from "./incident-world";
import {
  isIn,
  noWords,
  pairsIn,
  readWords,
  runsOf,
  stemOf,
  termsOf,
  type Words,
  wordsAsTheyStand,
} from "./words-of";

/** A name in full says much more than a word that occurs in it. */
const NAME_SAYS = 2.2;
const WORD_SAYS = 1.2;
/** However many words meet, chance has a part in it. */
const MOST = 4;
const NAMED_SERVICE_SAYS = 1.2;
/** More files than this no pull request is told to have. */
const MOST_FILES = 3_000;
/** With fewer words than this, that none of them is found says nothing. */
const ENOUGH_WORDS = 4;
/**
 * Of what did the harm one in eight (deploys) to one in three (flags) is silent, of the innocent nine in
 * ten.
 */
const SILENCE_SAYS = -1.3;

/** What the incident's own words have in common with the changes, weighed by how few share it. */
export type TextIndex = {
  /** That they name this service; null when they don't. */
  named(service: string): Evidence | null;
  weigh(change: Change, merges: readonly Change[]): Evidence[];
  /** The first of the watched words that occurs in a change. */
  watchedIn(change: Change, merges: readonly Change[]): string | null;
  /** Whether the incident's words hold this one, in any of its forms. */
  says(word: string): boolean;
  /** Whether a word of the incident's occurs in a candidate, or in what it brought. */
  occursIn(word: string, change: Change): boolean;
};

/**
 * Reads the incident's words once, and of each candidate what it shares with them. Candidates of one
 * group are one piece of work: what they share with each other makes a word no less telling.
 */
export function indexTexts(
  candidates: readonly { change: Change; merges: readonly Change[]; group: number }[],
  world: World,
  watched: readonly string[],
): TextIndex {
  const said = noWords();
  const texts = [...new Set(world.evidence.texts)].sort(order);
  for (const text of texts) readWords(text, said);
  const stood = wordsAsTheyStand(texts);
  const named = servicesNamed(world, said);
  for (const name of world.services.keys()) forget(name, said);
  const read = readerOf(said, watched);
  const shared = new Map<string, Set<number>>();
  const termsById = new Map<string, ReadonlySet<string>>();
  // What one part of a piece of work shares, none of its parts is silent about.
  const speaking = new Set<number>();
  for (const { change, merges, group } of said.words.size > 0 ? candidates : []) {
    const terms = sharedBy(change, merges, read);
    termsById.set(change.id, terms);
    if (terms.size > 0) speaking.add(group);
    for (const term of terms) {
      const groups = shared.get(term);
      if (groups) groups.add(group);
      else shared.set(term, new Set([group]));
    }
  }
  const scale = Math.log(candidates.length + 1);
  const weightOf = (term: string) =>
    ((said.names.has(term) ? NAME_SAYS : WORD_SAYS) *
      Math.log((candidates.length + 1) / (shared.get(term)?.size ?? 1))) /
    scale;
  // Words of how it hurts, "backlog", aren't expected in what changed.
  const slow = new Set(watched.map((word) => stemOf(word) ?? word));
  const spoken = [...said.words].filter((word) => !slow.has(word)).length;
  const silent = new Set(
    spoken < ENOUGH_WORDS
      ? []
      : candidates.flatMap(({ change, group }) => (speaking.has(group) ? [] : [change.id])),
  );
  return {
    says: (word) => isIn(word, said),
    occursIn: (word, { id }) => {
      const terms = termsById.get(id);
      return terms !== undefined && (terms.has(word) || terms.has(stemOf(word) ?? word));
    },
    watchedIn: (change, merges) =>
      read(change).watched ?? firstOf(merges, (merge) => read(merge).watched),
    named: (service) =>
      named.has(service)
        ? { sentence: `The incident's words name ${service}.`, logOdds: NAMED_SERVICE_SAYS }
        : null,
    weigh: (change, merges) => {
      const terms = [...(termsById.get(change.id) ?? [])]
        .map((term) => ({ term, says: weightOf(term) }))
        .filter((one) => one.says > 0.05)
        .sort((a, b) => b.says - a.says || order(a.term, b.term));
      const [first] = terms;
      if (!first) {
        return silent.has(change.id) && hasWordsOf(change, merges)
          ? [
              {
                sentence: "None of the incident's telling words occurs in it.",
                logOdds: SILENCE_SAYS,
              },
            ]
          : [];
      }
      const holder = merges.find((merge) => read(merge).said.has(first.term));
      const place =
        holder?.details.kind === "merge" ? `#${holder.details.number}` : "what it changed";
      const quoted = terms.slice(0, 3).map(({ term }) => `“${stood.get(term) ?? term}”`);
      return [
        {
          sentence: `The incident's words occur in ${place}: ${quoted.join(", ")}.`,
          logOdds: Math.min(
            MOST,
            terms.reduce((sum, one) => sum + one.says, 0),
          ),
        },
      ];
    },
  };
}

/** Services that the words speak of: "connection refused by payments". */
function servicesNamed(world: World, said: Words): ReadonlySet<string> {
  const isNamed = (name: string) => {
    const parts = noWords();
    readWords(name, parts);
    const isName = parts.names.size > 0;
    return isName
      ? said.names.has(name.toLowerCase())
      : parts.words.size > 0 && [...parts.words].every((word) => said.words.has(word));
  };
  return new Set([...world.services.keys()].filter(isNamed));
}

/** Whether enough is known of a change, or of what it brought, for silence to mean something. */
function hasWordsOf({ kind, carries }: Change, merges: readonly Change[]): boolean {
  if (kind === "flag" || kind === "config") return true;
  return (
    carries.length > 0 &&
    merges.some(({ details }) => details.kind === "merge" && details.files.length > 0)
  );
}

/** Names of services tell where, which is weighed apart. */
function forget(service: string, said: Words): void {
  const parts = noWords();
  readWords(service, parts);
  for (const name of parts.names) said.names.delete(name);
  for (const word of parts.words) said.words.delete(word);
}

/** What of a change occurs in the incident's words, and the first watched word in it. */
type Read = { said: Set<string>; watched: string | null };
type Reader = (change: Change) => Read;
/** What a stretch of text means to them; `noun` when it is a common one. */
type Meaning = { said: string[]; watched: string | null; noun: string | null };

/** Reads each change once, and each stretch of text once, however often they occur. */
function readerOf(said: Words, watched: readonly string[]): Reader {
  const watchedStems = new Map(watched.map((word) => [stemOf(word) ?? word, word]));
  const known = new Map<string, Meaning>();
  const meaningOf = (run: string) => {
    const old = known.get(run);
    if (old) return old;
    const { name, words, noun } = termsOf(run);
    const own = words.find((word) => watchedStems.has(word));
    const meaning: Meaning = {
      noun,
      said: [
        ...words.filter((word) => said.words.has(word)),
        ...(name && said.names.has(name) ? [name] : []),
      ],
      watched: own === undefined ? null : (watchedStems.get(own) ?? null),
    };
    known.set(run, meaning);
    return meaning;
  };
  const byChange = new Map<string, Read>();
  return (change) => {
    const old = byChange.get(change.id);
    if (old) return old;
    const read: Read = { said: new Set(), watched: null };
    for (const text of textsOf(change)) {
      let nouns = 0;
      for (const run of runsOf(text)) {
        const meaning = meaningOf(run);
        for (const term of meaning.said) read.said.add(term);
        read.watched ??= meaning.watched;
        if (meaning.noun !== null) nouns += 1;
      }
      const pairs = nouns > 1 ? pairsIn(text) : [];
      for (const { word } of pairs) if (said.words.has(word)) read.said.add(word);
    }
    // Paths are long and many: they are read only where there are words to look for.
    const paths = said.words.size > 0 ? pathsOf(change) : [];
    for (const run of paths.flatMap(runsOf)) {
      for (const term of meaningOf(run).said) read.said.add(term);
    }
    byChange.set(change.id, read);
    return read;
  };
}

function sharedBy(change: Change, merges: readonly Change[], read: Reader): ReadonlySet<string> {
  const own = read(change).said;
  const brought = merges.flatMap((merge) => {
    const { said } = read(merge);
    return said.size > 0 ? [said] : [];
  });
  const [only] = brought;
  if (!only) return own;
  if (own.size === 0 && brought.length === 1) return only;
  const all = new Set(own);
  for (const said of brought) for (const term of said) all.add(term);
  return all;
}

function firstOf<T>(all: readonly T[], wordOf: (one: T) => string | null): string | null {
  for (const one of all) {
    const word = wordOf(one);
    if (word !== null) return word;
  }
  return null;
}

function textsOf({ title, details }: Change): string[] {
  switch (details.kind) {
    case "deploy": {
      const settings = details.templateChanges.filter((line) => !line.startsWith("image"));
      return [title, ...(details.changeCause ? [details.changeCause] : []), ...settings];
    }
    case "flag":
      return [title, details.key];
    case "merge":
      return [title, details.branch, ...details.flagKeys];
    case "config":
      return [title, details.object, ...details.keys];
    default:
      return details satisfies never;
  }
}

function pathsOf({ details }: Change): string[] {
  return details.kind === "merge" ? details.files.slice(0, MOST_FILES).map(({ path }) => path) : [];
}
