import type { AdviceCard } from "@/lib/contracts/advice";

/**
 * What a card says, as a text that is equal when two say the same: levers, what stands in their way,
 * the recommendation, and estimates to a sensible grain. Figures inside sentences pass ("live 6 min")
 * and don't make another card.
 */
export function adviceDigest(card: AdviceCard): string {
  return JSON.stringify({
    suspect: card.suspectId,
    levers: card.levers.map((lever) => [
      lever.lever,
      lever.label,
      lever.target,
      lever.blockers.map(({ code, sentence }) => [code, withoutFigures(sentence)]),
      lever.warnings.map(({ code, unsafe, sentence }) => [code, unsafe, withoutFigures(sentence)]),
      grain(lever.estimate.p50Ms),
    ]),
    recommended: card.recommendation.lever,
    because: withoutFigures(card.recommendation.because),
    runnerUp: card.recommendation.runnerUp?.lever ?? null,
  });
}

function withoutFigures(sentence: string): string {
  return sentence.replace(/\d+(?:[.,:]\d+)*/g, "#");
}

/** Within a tenth or so: the power of 1.2 that is nearest. */
function grain(ms: number): number {
  return ms <= 0 ? 0 : Math.round(Math.log(ms) / Math.log(1.2));
}
