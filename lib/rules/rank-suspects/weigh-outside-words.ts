import type { Evidence } from "@/lib/contracts/suspect";
import type { Candidate } from "./could-have-caused";
import { order, type World } from "./incident-world";
import { OUTSIDE_WORDS } from "./outside-words";
import { failingHosts } from "./read-hosts";
import type { TextIndex } from "./weigh-texts";
import { isIn, noWords, readWords, runsOf, termsOf } from "./words-of";

const MOST_FROM_WORDS = 3.5;
const MOST_CHARACTERS = 5_000;
const SENTENCE_END = /[.;!?]\s+|\n+/;
/** Somebody looked there and found nothing: "the provider's status page is green", "traffic as usual". */
const CLEARED = new RegExp(
  [
    /\b(?:is|are|looks?|seems?|was|were) (?:fine|normal|green|healthy|ok|okay|up|well|good|stable|unchanged)\b/,
    /\b(?:as usual|as always|ruled out|unrelated|normal|all green)\b/,
    /\b(?:no|without) (?:\w+ ){0,2}(?:incidents?|outages?|problems?|trouble|spikes?|increase|surge)\b/,
    /\b(?:not|isn't) (?:the |a |an |our |their )?(?:dns|network|traffic|provider|vendor|certificate)\b/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);
/** What an outside party refuses may well be what we ask of it since a change. */
const REFUSES_US =
  /\b(?:400|401|403|404|405|409|410|415|422)\b|unauthori[sz]ed|forbidden|invalid|malformed/i;

/**
 * What the incident's words say of outside causes. A sentence that clears somebody says nothing, and
 * neither do words of what changed near the harm.
 */
export function weighOutsideWords(
  related: readonly { candidate: Candidate }[],
  texts: TextIndex,
  world: World,
): Evidence[] {
  const said = [...new Set(world.evidence.texts)]
    .flatMap((text) => text.slice(0, MOST_CHARACTERS).split(SENTENCE_END))
    .filter((sentence) => !CLEARED.test(sentence))
    .sort(order);
  if (said.length === 0) return [];
  const plain = said.filter((sentence) => !REFUSES_US.test(sentence));
  const isAboutIt = (word: string) =>
    related.some(({ candidate }) => texts.occursIn(word, candidate.change));
  return [...fromWords({ said, plain }, texts, isAboutIt), ...fromHosts(plain, isAboutIt, world)];
}

function fromWords(
  { said, plain }: { said: readonly string[]; plain: readonly string[] },
  texts: TextIndex,
  isAboutIt: (word: string) => boolean,
): Evidence[] {
  let left = MOST_FROM_WORDS;
  // Long logs are read once more only where a word of the list is in them.
  const isSaid = OUTSIDE_WORDS.some(({ words }) => words.some((word) => texts.says(word)));
  const [inSaid, inPlain] = isSaid ? [wordsOf(said), wordsOf(plain)] : [noWords(), noWords()];
  return OUTSIDE_WORDS.flatMap(({ of, logOdds, words, phrases = [], mayRefuse }) => {
    const within = mayRefuse ? inPlain : inSaid;
    const found = [
      ...words.filter((word) => texts.says(word) && isIn(word, within)),
      ...phrases.flatMap((phrase) => phraseIn(mayRefuse ? plain : said, phrase) ?? []),
    ];
    const [first] = found;
    if (first === undefined || left <= 0 || found.some((one) => isOurs(one, isAboutIt))) return [];
    const weight = Math.min(left, logOdds);
    left -= weight;
    return [{ sentence: `The incident's words speak of ${of}: “${first}”.`, logOdds: weight }];
  });
}

function wordsOf(sentences: readonly string[]) {
  const words = noWords();
  for (const sentence of sentences) readWords(sentence, words);
  return words;
}

function phraseIn(said: readonly string[], phrase: RegExp): string | undefined {
  for (const sentence of said) {
    const found = phrase.exec(sentence)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a word of it occurs in what changed near the harm. */
function isOurs(found: string, isAboutIt: (word: string) => boolean): boolean {
  if (isAboutIt(found)) return true;
  return runsOf(found).some((run) => {
    const { name, words } = termsOf(run);
    return [...words, ...(name ? [name] : [])].some(isAboutIt);
  });
}

/** A host outside that the words say fails. */
function fromHosts(
  plain: readonly string[],
  isAboutIt: (word: string) => boolean,
  { services }: World,
): Evidence[] {
  const [first] = failingHosts(plain, new Set(services.keys()));
  if (!first || isAboutIt(first.host)) return [];
  return [
    first.fails
      ? {
          sentence: `The incident's words say that ${first.host} fails, an outside host.`,
          logOdds: 2,
        }
      : { sentence: `The incident's words name ${first.host}, an outside host.`, logOdds: 1.3 },
  ];
}
