import { wilsonInterval } from "@/lib/rules/wilson-interval";
import { type CalibrationBin, calibration } from "./calibration";
import type { IncidentOutcome, LeverOutcome } from "./incident-outcome";

/** A share with what it is made of, and its 95 % interval. */
export type Share = {
  hits: number;
  n: number;
  /** Null of nothing. */
  share: number | null;
  interval: { low: number; high: number } | null;
};

type Tops = { top1: Share; top3: Share; top5: Share };

export type IncidentMeasures = {
  incidents: number;
  /** Over incidents that a recent change caused. */
  culprit: { ours: Tops; latest: Tops; latestAffected: Tops };
  /** The likeliest of all that is said, "no recent change" included, was the truth. */
  likeliestRight: Share;
  /** Over all incidents: right levers, rightly none included. */
  leverRight: Share;
  levers: Record<LeverOutcome, number>;
  /** Must be 0. */
  unsafe: string[];
  /** Over incidents that no recent change caused. */
  blamed: Share;
  outweighedNone: Share;
  /** Mean of the summed squared errors, 0 (perfect) to 2; null of nothing. */
  brier: number | null;
  calibration: { bins: CalibrationBin[]; error: number | null };
  /** Half of all starts of harm were found within so many minutes. */
  onsetErrorMinutesP50: number | null;
};

/** The figures of a set of incidents. */
export function measureIncidents(outcomes: IncidentOutcome[]): IncidentMeasures {
  const caused = outcomes.filter(({ culprit }) => culprit !== null);
  const external = outcomes.filter(({ culprit }) => culprit === null);
  const tops = (by: keyof IncidentOutcome["rank"]): Tops => ({
    top1: share(caused, ({ rank }) => isWithin(rank[by], 1)),
    top3: share(caused, ({ rank }) => isWithin(rank[by], 3)),
    top5: share(caused, ({ rank }) => isWithin(rank[by], 5)),
  });
  const count = (outcome: LeverOutcome) =>
    outcomes.filter(({ leverOutcome }) => leverOutcome === outcome).length;
  return {
    incidents: outcomes.length,
    culprit: {
      ours: tops("ours"),
      latest: tops("latest"),
      latestAffected: tops("latestAffected"),
    },
    likeliestRight: share(outcomes, ({ likeliest }) => likeliest.isRight),
    leverRight: share(outcomes, ({ leverOutcome }) => leverOutcome === "right"),
    levers: {
      right: count("right"),
      abstained: count("abstained"),
      "wrong-lever": count("wrong-lever"),
      "wrong-suspect": count("wrong-suspect"),
      blamed: count("blamed"),
    },
    unsafe: outcomes.filter(({ isUnsafe }) => isUnsafe).map(({ id }) => id),
    blamed: share(external, ({ leverOutcome }) => leverOutcome === "blamed"),
    outweighedNone: share(external, ({ outweighedNone }) => outweighedNone),
    brier: mean(outcomes.map(({ brier }) => brier)),
    calibration: calibration(outcomes.map(({ likeliest }) => likeliest)),
    onsetErrorMinutesP50: median(outcomes.map(({ onsetErrorMinutes }) => onsetErrorMinutes)),
  };
}

function isWithin(rank: number | null, most: number): boolean {
  return rank !== null && rank <= most;
}

function share(all: IncidentOutcome[], isHit: (one: IncidentOutcome) => boolean): Share {
  const n = all.length;
  const hits = all.filter(isHit).length;
  return { hits, n, share: n === 0 ? null : hits / n, interval: wilsonInterval(hits, n) };
}

function mean(values: number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
