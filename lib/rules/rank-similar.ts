import type { Incident } from "@/lib/contracts/incident";
import type { LeverKind } from "@/lib/contracts/lever";
import type { SimilarIncident } from "@/lib/contracts/similar-incident";

const MOST = 5;
const MOST_WORDS = 40;
const WORD = /(?<![\p{L}\p{N}_])\p{L}[\p{L}\p{N}_]{3,39}(?![\p{L}\p{N}_])/gu;

/** Words that every incident has: they say nothing of what two have in common. */
const EVERYWHERE = new Set(
  `about above after again alert alerts also always because been before began being below between both
  broke broken bug build cause caused change changed changes code could customer customers declared
  deploy deployed deploying did does down during each error errors every fail failed failing fails
  failure first fixed flag flags from further hard harm have high hurt incident incidents into issue
  issues just known later less like made make many merge merged more most much never none note nothing
  only open other over problem problems production pull pulled rate release restored revert reverted
  rollback rolled same seen service services severity should signal since some still such than that
  their them then there these they this those through time took turned under until used user users
  very version want were what when where which while with within without would`.split(/\s+/),
);

/**
 * Words that may say what caused an incident, as written, at most forty: from its title and factors,
 * without what all incidents have in common and without the names of its services.
 */
export function causeWords(texts: readonly string[], services: readonly string[]): string[] {
  const known = new Set(services.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u)));
  const words = new Map<string, string>();
  for (const text of texts) {
    for (const word of text.slice(0, 20_000).match(WORD) ?? []) {
      const key = word.toLowerCase();
      if (!EVERYWHERE.has(key) && !known.has(key) && !words.has(key)) words.set(key, key);
      if (words.size >= MOST_WORDS) return [...words.values()];
    }
  }
  return [...words.values()];
}

export type SimilarCandidate = {
  incident: Incident;
  hasRetro: boolean;
  /** Levers that restored it. */
  levers: readonly string[];
  /** The cause words that its retro has too. */
  words: readonly string[];
};

/** The incidents most like this one, with what they share; at most five, one with nothing left out. */
export function rankSimilar(
  own: { services: readonly string[]; levers: readonly LeverKind[] },
  candidates: readonly SimilarCandidate[],
): SimilarIncident[] {
  return candidates
    .map((candidate) => {
      const services = candidate.incident.services.filter((name) => own.services.includes(name));
      const hasLever = own.levers.some((lever) => candidate.levers.includes(lever));
      const because = [
        ...(services.length > 0 ? ["Same service"] : []),
        ...(hasLever ? ["Same lever"] : []),
        ...(candidate.words.length > 0 ? [`${quoted(candidate.words)} in both`] : []),
      ];
      const weight =
        (services.length > 0 ? 2 : 0) + (hasLever ? 1 : 0) + Math.min(candidate.words.length, 4);
      return { candidate, because, weight };
    })
    .filter(({ weight }) => weight >= 2)
    .sort(
      (a, b) =>
        b.weight - a.weight ||
        Date.parse(b.candidate.incident.declaredAt) - Date.parse(a.candidate.incident.declaredAt),
    )
    .slice(0, MOST)
    .map(({ candidate, because }) => ({
      incident: candidate.incident,
      because,
      hasRetro: candidate.hasRetro,
    }));
}

function quoted(words: readonly string[]): string {
  return words
    .slice(0, 4)
    .map((word) => `“${word}”`)
    .join(", ");
}
