import type { Estimate, LeverKind } from "@/lib/contracts/lever";
import { quantile } from "./quantiles";
import { counted, durationInWords } from "./say";

/** Fewer figures than this say less than the prior together with them. */
export const ENOUGH = 3;
/** The prior counts as much as this many figures of our own. */
const PRIOR_WEIGHT = 2;

/** Milliseconds from the click until in effect, said before there are figures of our own. */
export const PRIORS: Record<LeverKind, { p50Ms: number; p90Ms: number }> = {
  retoggle: { p50Ms: 15_000, p90Ms: 60_000 },
  rollback: { p50Ms: 120_000, p90Ms: 420_000 },
  revert: { p50Ms: 1_200_000, p90Ms: 3_600_000 },
};

/**
 * How long from the click until in effect: the median and P90 of our own verified Restorations of the
 * same kind and service (`own`, milliseconds). With fewer than three, of the figures that come
 * nearest, where there are enough (`nearest`: a Deployment's own rollouts); else a stated prior, drawn
 * towards what few there are. `n` counts our own figures, or those that stand in for them.
 */
export function estimateRestoration(
  lever: LeverKind,
  own: readonly number[],
  nearest: { sample: readonly number[]; of: string } | null = null,
): Estimate {
  if (own.length >= ENOUGH) return fromSample(own, "own restorations");
  if (nearest && nearest.sample.length >= ENOUGH) return fromSample(nearest.sample, nearest.of);
  const prior = PRIORS[lever];
  if (own.length === 0) {
    return {
      ...prior,
      n: 0,
      basis: "assumed: none of our own yet",
    };
  }
  // Durations spread by factors, not by seconds: the middle is taken of their logarithms.
  const logs = own.map((ms) => Math.log(Math.max(1, ms)));
  const sum = logs.reduce((total, log) => total + log, PRIOR_WEIGHT * Math.log(prior.p50Ms));
  const p50Ms = Math.exp(sum / (own.length + PRIOR_WEIGHT));
  return {
    p50Ms: Math.round(p50Ms),
    p90Ms: Math.round(Math.max((p50Ms * prior.p90Ms) / prior.p50Ms, ...own)),
    n: own.length,
    basis: `between ${counted(own.length, "own restoration")} and the ${durationInWords(prior.p50Ms)} assumed without`,
  };
}

function fromSample(sample: readonly number[], of: string): Estimate {
  return {
    p50Ms: Math.round(quantile([...sample], 0.5)),
    p90Ms: Math.round(quantile([...sample], 0.9)),
    n: sample.length,
    basis: `median of ${sample.length} ${of}`,
  };
}
