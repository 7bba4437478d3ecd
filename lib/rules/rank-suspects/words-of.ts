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
const ENDING = /(?<=...)(?:ing|ed|e?s|e)$/;
const ENDS = new Set([..."degsy"].map((letter) => letter.charCodeAt(0)));
const PLAIN = /^[a-z]+$/;
const SEPARATOR = /[._$-]+/;

/** Words that stand in every incident or every change, and so tell none from another. */
const COMMON = new Set(
  `a about above add added adds after again alert alerts all also an and any api app apps are as at avoid be
  because been before below bump but by can case change changed changes class code com config core could data
  default deploy deployed deploys did do does down due during each end endpoint env error errors every exception
  fail failed failing fails failure failures few file files firing fix fixed fixes for former from function get
  had has have high how http https if images impl improve in index info init inside instead internal into is it
  its java js jsx json just kt less lib libs line log logs low main make many message method mod model module
  more most move ms name new no not now null number object of off old on one only or org other our out over
  packages page path per percent pod pods post prod production py queries rate ratio rb refactor release remove
  removed replace request requests response route routes rs run running seconds server service services set
  should show since size some source spec spike src start started state status still stop string support test
  tests than that the their them then there these they this time to too tsx ts two txt type undefined unit
  unknown until up update updated updates upgrade use used user users uses using util utils value values
  version very via was way we were what when which while will with without work www xml yaml yml you
  customer customers slow slower errored rising rise above threshold signal severity critical warning`.split(
    /\s+/,
  ),
);

/** Names written together (`discounts.ts`, `TIMEOUT_MS`, `newCheckout`) and the plain words in them. */
export type Words = { names: Set<string>; words: Set<string> };

export function noWords(): Words {
  return { names: new Set(), words: new Set() };
}

/** Adds what a text says to `to`; common words, single letters and bare numbers are left out. */
export function readWords(text: string, to: Words): void {
  for (const run of runsOf(text)) {
    const { name, words } = termsOf(run);
    if (name) to.names.add(name);
    for (const word of words) to.words.add(word);
  }
}

/** Stretches of a text that may be names or words, as they stand. */
export function runsOf(text: string): string[] {
  const start = text.slice(0, MOST_CHARACTERS);
  // Most texts are plain; the narrower pattern is several times faster.
  return start.match(ASCII.test(start) ? ASCII_RUN : RUN) ?? [];
}

/** What a stretch says: its name in small letters when it is put together, and the words in it. */
export function termsOf(run: string): { name: string | null; words: string[] } {
  if (PLAIN.test(run)) {
    const word = stemOf(run);
    return { name: null, words: word === null ? [] : [word] };
  }
  const name = ENDS_LOOSE.test(run) ? run.replace(LOOSE_END, "") : run;
  const small = name.toLowerCase();
  const parts = small === name ? name.split(SEPARATOR) : partsWithHumps(name);
  const isName = parts.length > 1 && name.length >= 5 && TWO_LETTERS.test(name);
  const words: string[] = [];
  for (const part of parts) {
    const word = stemOf(part);
    if (word !== null) words.push(word);
  }
  return { name: isName ? small : null, words };
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
      add(termsOf(run).name, whole);
      for (const part of whole.split(SEPARATOR).flatMap((one) => one.split(HUMP))) {
        add(stemOf(part.toLowerCase()), part);
      }
    }
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
  if (word.length <= 4) return word;
  const last = word.charCodeAt(word.length - 1);
  // Only words that end in d, e, g, s or y have such an ending.
  if (!ENDS.has(last)) return word;
  const stem = word.replace(ENDING_IN_Y, "i").replace(ENDING, "");
  return COMMON.has(stem) ? null : stem;
}
