import { COMMON, nounOf } from "./common-words";

/** Longest text that is read, characters: a log pasted whole says nothing more after that. */
const MOST_CHARACTERS = 20_000;
const ASCII = /^[\x20-\x7e]*$/;
const ASCII_RUN = /[A-Za-z0-9_][A-Za-z0-9_.$-]*/g;
const RUN = /[\p{L}\p{N}_][\p{L}\p{N}_.$-]*/gu;
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u;
const ENDS_LOOSE = /[.$-]$/;
const LOOSE_END = /[.$-]+$/;
const TWO_LETTERS = /\p{L}{2}/u;
const NUMBER = /^\p{N}/u;
const ENDING_IN_Y = /(?<=..)(?:ies|y)$/;
const ENDING = /(?<=...)(?:ing|ed|es|(?<!s)s|e)$/;
const PLURAL = /(?<!s)s$/;
const ENDS = new Set([..."degsy"].map((letter) => letter.charCodeAt(0)));
const PLAIN = /^[a-z]+$/;
const SEPARATOR = /[._$-]+/;
const BLANKS = /\s+/;
const BEFORE_A_BLANK = /^\P{L}*(\p{L}+)$/u;
const AFTER_A_BLANK = /^(\p{L}+)\P{L}*$/u;

/**
 * Names written together (`discounts.ts`, `TIMEOUT_MS`, `newCheckout`) and the plain words in them. Two
 * common nouns side by side are one word, however they are written: post codes, `postCode` and `POST_CODE`
 * are "postcod".
 */
export type Words = { names: Set<string>; words: Set<string> };

export function noWords(): Words {
  return { names: new Set(), words: new Set() };
}

/** Adds what a text says to `to`; common words, single letters and bare numbers are left out. */
export function readWords(text: string, to: Words): void {
  let nouns = 0;
  for (const run of runsOf(text)) {
    const { name, words, noun } = termsOf(run);
    if (name) to.names.add(name);
    for (const word of words) to.words.add(word);
    if (noun !== null) nouns += 1;
  }
  if (nouns > 1) for (const { word } of pairsIn(text)) to.words.add(word);
}

/** Stretches of a text that may be names or words, as they stand. */
export function runsOf(text: string): string[] {
  const start = text.slice(0, MOST_CHARACTERS);
  // Most texts are plain; the narrower pattern is several times faster.
  return start.match(ASCII.test(start) ? ASCII_RUN : RUN) ?? [];
}

/**
 * What a stretch says: its name in small letters when it is put together, the words in it, and the noun
 * that it is, when that is a common one: beside another (`pairsIn`) it says something.
 */
export function termsOf(run: string): {
  name: string | null;
  words: string[];
  noun: string | null;
} {
  if (PLAIN.test(run)) {
    const word = stemOf(run);
    return { name: null, words: word === null ? [] : [word], noun: nounOf(run) };
  }
  const name = ENDS_LOOSE.test(run) ? run.replace(LOOSE_END, "") : run;
  const small = name.toLowerCase();
  const parts = small === name ? name.split(SEPARATOR) : partsWithHumps(name);
  const isName = parts.length > 1 && name.length >= 5 && TWO_LETTERS.test(name);
  const words: string[] = [];
  let before: string | null = null;
  for (const part of parts) {
    const word = stemOf(part);
    if (word !== null) words.push(word);
    const noun = nounOf(part);
    if (before !== null && noun !== null) words.push(pairOf(before, noun));
    before = noun;
  }
  return { name: isName ? small : null, words, noun: parts.length === 1 ? before : null };
}

/** The words that two common nouns in a row make, blanks between them, and how they stand there. */
export function pairsIn(text: string): { word: string; stood: string }[] {
  const parts = text.slice(0, MOST_CHARACTERS).split(BLANKS);
  return parts.flatMap((part, index) => {
    const one = BEFORE_A_BLANK.exec(part)?.[1];
    const other = one && AFTER_A_BLANK.exec(parts[index + 1] ?? "")?.[1];
    if (!one || !other) return [];
    const [first, second] = [nounOf(one.toLowerCase()), nounOf(other.toLowerCase())];
    if (first === null || second === null) return [];
    return [{ word: pairOf(first, second), stood: `${one} ${other}` }];
  });
}

/** As if they were written as one word, which some do: postcode, username. */
function pairOf(first: string, second: string): string {
  const word = first + second;
  return stemOf(word) ?? word;
}

/** Of each name and stem in some texts, how it first stood there: "currenci" as “currency”. */
export function wordsAsTheyStand(texts: Iterable<string>): Map<string, string> {
  const stood = new Map<string, string>();
  const add = (term: string | null, word: string) => {
    if (term !== null && !stood.has(term)) stood.set(term, word);
  };
  for (const text of texts) {
    for (const run of runsOf(text)) {
      const whole = run.replace(LOOSE_END, "");
      const { name, words } = termsOf(run);
      add(name, whole);
      for (const part of whole.split(SEPARATOR).flatMap((one) => one.split(HUMP))) {
        add(stemOf(part.toLowerCase()), part);
      }
      // What none of its parts says alone, two of them say together.
      for (const word of words) add(word, whole);
    }
    for (const { word, stood: pair } of pairsIn(text)) add(word, pair);
  }
  return stood;
}

/** "newCheckout_v2" as new, checkout and v2. */
function partsWithHumps(name: string): string[] {
  return name
    .split(SEPARATOR)
    .flatMap((part) => part.split(HUMP))
    .map((part) => part.toLowerCase());
}

/** A word without the ending that grammar gives it; null when it is too short or too common. */
export function stemOf(word: string): string | null {
  if (word.length < 3 || word.length > 40 || COMMON.has(word) || NUMBER.test(word)) return null;
  if (word.length < 4) return word;
  if (word.length === 4) return notCommon(word.replace(PLURAL, ""));
  const last = word.charCodeAt(word.length - 1);
  // Only words that end in d, e, g, s or y have such an ending.
  if (!ENDS.has(last)) return word;
  return notCommon(word.replace(ENDING_IN_Y, "i").replace(ENDING, ""));
}

function notCommon(stem: string): string | null {
  return COMMON.has(stem) ? null : stem;
}

/** Whether the word was said, in any of its forms. */
export function isIn(word: string, { names, words }: Words): boolean {
  return names.has(word) || words.has(stemOf(word) ?? word);
}
