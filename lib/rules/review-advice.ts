import type { RecordedAdvice } from "@/lib/contracts/advice";
import type { LeverKind } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import type { AdviceReview } from "@/lib/contracts/retro";
import { adviceAt, pressesOf } from "./weigh-alternatives";

const PULLING: Record<LeverKind, string> = {
  retoggle: "changing the flag",
  rollback: "rolling back",
  revert: "reverting",
};

/**
 * What was recommended when the first lever was pulled, whether that was done, and whether it helped.
 * Right or wrong is said only of what was tried: a lever nobody pulled, or whose effect no signal
 * could judge, stays open. Null when nobody had a recommendation in front of them.
 */
export function reviewAdvice(input: {
  restorations: readonly Restoration[];
  advice: readonly RecordedAdvice[];
}): AdviceReview | null {
  const presses = pressesOf(input.restorations);
  const [first] = presses;
  const card = first
    ? adviceAt(input.advice, first.suspectId, first.plannedAt)
    : (input.advice.at(-1)?.card ?? null);
  if (!card) return first?.wasRecommended ? byPress(first, presses) : null;
  const { lever, because } = card.recommendation;
  if (!first) {
    return {
      lever,
      because,
      wasFollowed: lever === "none" ? true : null,
      wasRight: null,
      sentence:
        lever === "none"
          ? "No lever was recommended and none was pulled."
          : `${capital(PULLING[lever])} was recommended; no lever was pulled, so nobody can say whether it would have helped.`,
    };
  }
  if (lever === "none") {
    return {
      lever,
      because,
      wasFollowed: false,
      wasRight: null,
      sentence: `No lever was recommended; ${first.label} was pulled.${outcomeOf(first)}`,
    };
  }
  const wasFollowed = first.lever === lever;
  const tried = triedOf(presses, lever, first.suspectId);
  const wasRight = tried && verdictOf(tried);
  return { lever, because, wasFollowed, wasRight, sentence: words(lever, first, tried) };
}

function byPress(first: Restoration, presses: readonly Restoration[]): AdviceReview {
  const tried = triedOf(presses, first.lever, first.suspectId) ?? first;
  return {
    lever: first.lever,
    because: "The press says that it was recommended; the card itself was not kept.",
    wasFollowed: true,
    wasRight: verdictOf(tried),
    sentence: words(first.lever, first, tried),
  };
}

/** The pull of a lever for a suspect that says most: one with a verdict before one without. */
function triedOf(
  presses: readonly Restoration[],
  lever: LeverKind,
  suspectId: string | null,
): Restoration | null {
  const same = presses.filter((one) => one.lever === lever && one.suspectId === suspectId);
  return same.find((one) => verdictOf(one) !== null) ?? same[0] ?? null;
}

function verdictOf({ state, failure }: Restoration): boolean | null {
  if (state === "verified") return true;
  return state === "failed" && failure?.code === "signal-stayed-bad" ? false : null;
}

function words(lever: LeverKind, first: Restoration, tried: Restoration | null): string {
  const advised = `${capital(PULLING[lever])} was recommended`;
  if (first.lever === lever) return `${advised} and done.${outcomeOf(tried ?? first)}`;
  const instead = `${advised}; ${first.label} was pulled instead.${outcomeOf(first)}`;
  return tried
    ? `${instead} The recommended lever was pulled as well.${outcomeOf(tried)}`
    : `${instead} Nobody can say whether the recommendation would have helped: it was not tried.`;
}

function outcomeOf(press: Restoration): string {
  const verdict = verdictOf(press);
  if (verdict === true) return ` ${press.id} helped: the signal verified it.`;
  if (verdict === false) return ` ${press.id} took effect and the signal stayed bad.`;
  return press.inEffectAt === null
    ? ` ${press.id} never took effect.`
    : ` No signal says whether ${press.id} helped.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
