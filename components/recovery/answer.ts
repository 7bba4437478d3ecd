import type { RecoveryGroup } from "@/lib/contracts/recovery";
import { LEAST_TO_COMPARE } from "@/lib/rules/recovery-statistics";
import { wayOf } from "./change-glyph";
import { factorOf, quantileOf } from "./duration-words";

export type Answer = { verdict: string; way: "faster" | "slower" | null; sentence: string };

/** "Are we getting better at recovery?" answered from all incidents of the period, as far as n allows. */
export function answerOf(all: RecoveryGroup, isEverything: boolean): Answer {
  const { now, before } = all;
  const way = wayOf(all);
  const here = now.median
    ? `Median recovery ${quantileOf(now.median)}, n\u00a0${now.n}`
    : "No incident of this period was restored";
  const earlier = before.median
    ? `the period before ${quantileOf(before.median)}, n\u00a0${before.n}`
    : "none in the period before";
  const sentence = `${here}; ${earlier}`;
  if (way) return { verdict: `Recovery is ${way}`, way, sentence: `${sentence}: ${way}.` };
  if (all.isComparable) {
    return {
      verdict: "No clear change",
      way,
      sentence: `${sentence}. A difference of this size could be chance.`,
    };
  }
  if (isEverything) {
    return {
      verdict: "Nothing comes before everything",
      way,
      sentence: `${here}. Choose a year, a quarter or days of your own to compare with those before.`,
    };
  }
  return {
    verdict: "Too few to say",
    way,
    sentence: `${sentence}. It takes ${LEAST_TO_COMPARE} in each to compare them.`,
  };
}

/** More than so many changes are no answer. */
const MOST_NAMED = 3;

/**
 * The groups that changed most among those of which a change can be told: "Rollback faster (0.58×),
 * Decide faster (0.86×) and 4 more"; empty without one.
 */
export function changesIn(groups: readonly RecoveryGroup[]): string {
  const told = groups
    .flatMap(({ label, ratio }) => {
      const way = wayOf({ ratio });
      return ratio && way ? [{ label, way, value: ratio.value }] : [];
    })
    .sort((a, b) => Math.abs(Math.log(b.value)) - Math.abs(Math.log(a.value)));
  const named = told
    .slice(0, MOST_NAMED)
    .map(({ label, way, value }) => `${label} ${way} (${factorOf(value)}×)`);
  const others = told.length - named.length;
  return others > 0 ? `${named.join(", ")} and ${others} more` : named.join(", ");
}

/** "Where does the time go?": the phase with the longest median; null when none is known. */
export function slowestOf(phases: readonly RecoveryGroup[]): RecoveryGroup | null {
  return phases.reduce<RecoveryGroup | null>((slowest, phase) => {
    const ms = phase.now.median?.value ?? 0;
    return ms > (slowest?.now.median?.value ?? 0) ? phase : slowest;
  }, null);
}
