import type { Estimate } from "@/lib/contracts/lever";
import type { Usual } from "./revert-stages";
import { counted, durationInWords } from "./say";

/** What a revert passes through until it is in effect, as far as that is known. */
export type RevertParts = {
  /** How it would be merged, in words; null when the code source hasn't said. */
  merge: string | null;
  checks: Usual;
  merging: Usual;
  /** Approving reviews that are required. */
  reviews: number;
  delivery: Usual;
  rollout: Usual;
  /** How many deliveries the last two are known from. */
  deliveries: number;
};

/** What is taken where nothing says; together what is assumed of a revert as a whole. */
const ASSUMED = { checks: 300_000, delivery: 780_000, rollout: 120_000 };

/**
 * How long a revert takes from the click until in effect, as the sum of its stages, with what each is
 * known from. Null when nothing is known of any of them. Reviews are named and not counted: nobody can
 * tell how long people take.
 */
export function estimateRevert(parts: RevertParts): Estimate | null {
  const { checks, merging, delivery, rollout, merge, reviews, deliveries } = parts;
  if (!checks && !merging && !delivery && !rollout) return null;
  const span = (name: string, usual: Usual, assumed: number) => ({
    ms: usual?.ms ?? assumed,
    words: usual
      ? `${name} ${durationInWords(usual.ms)}`
      : `${name} ${durationInWords(assumed)} (assumed)`,
  });
  const first = span("checks", checks, ASSUMED.checks);
  const brought = span("delivery", delivery, ASSUMED.delivery);
  const rolled = span("rollout", rollout, ASSUMED.rollout);
  const words = [
    `${first.words}${checks ? ` (${checks.from})` : ""}`,
    ...(merging ? [`${merge ?? "merge"} ${durationInWords(merging.ms)}`] : []),
    brought.words,
    `${rolled.words}${delivery ? ` (${delivery.from})` : ""}`,
  ];
  const wait =
    reviews === 0
      ? ""
      : `; and as long as ${counted(reviews, "approving review")} ${reviews === 1 ? "takes" : "take"}`;
  return {
    p50Ms: Math.round(first.ms + (merging?.ms ?? 0) + brought.ms + rolled.ms),
    p90Ms: null,
    n: deliveries,
    basis: `${words.join(" + ")}${wait}`,
  };
}
