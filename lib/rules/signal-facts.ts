import type { SignalFacts } from "@/lib/contracts/retro-facts";
import type { Service } from "@/lib/contracts/service";
import type { SignalPoint, SignalSeries } from "@/lib/contracts/signal";

const MOST_POINTS = 120;

/**
 * What a series says of the time between the start of harm and its end (milliseconds since the epoch;
 * null while it goes on): how bad it was, how long, and where it came from.
 */
export function signalFacts(
  service: Pick<Service, "name" | "title">,
  series: SignalSeries,
  harm: { from: number; to: number | null },
): SignalFacts {
  const { spec } = series;
  const isWorse = (a: number, b: number) => (spec.harmWhen === "above" ? a > b : a < b);
  const isBad = (value: number) => isWorse(value, spec.threshold);
  const end = harm.to ?? Number.POSITIVE_INFINITY;
  const stepMs = series.stepSeconds * 1000;
  let peak: { at: number; value: number } | null = null;
  let before: number | null = null;
  let hurtMs = 0;
  for (const [at, value] of series.points) {
    if (value === null) continue;
    if (at < harm.from && !isBad(value)) before = value;
    // The scrape that shows the harm may stand just before the moment that was declared.
    if (at < harm.from - stepMs || at > end) continue;
    if (peak === null || isWorse(value, peak.value)) peak = { at, value };
    if (isBad(value)) hurtMs += stepMs;
  }
  return {
    service: service.name,
    serviceTitle: service.title,
    title: spec.title,
    unit: spec.unit,
    threshold: spec.threshold,
    harmWhen: spec.harmWhen,
    from: series.from,
    to: series.to,
    peak: peak && { at: new Date(peak.at).toISOString(), value: peak.value },
    before,
    hurtMs: peak === null ? null : hurtMs,
    points: sampled(series.points, isWorse),
    problem: series.problem,
  };
}

/** The worst point of each stretch, so that a short peak stays in the picture. */
function sampled(
  points: readonly SignalPoint[],
  isWorse: (a: number, b: number) => boolean,
): SignalPoint[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  if (size <= 1) return [...points];
  const kept: SignalPoint[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const [first] = stretch;
    if (!first) continue;
    kept.push(
      stretch.reduce(
        (worst, point) =>
          point[1] !== null && (worst[1] === null || isWorse(point[1], worst[1])) ? point : worst,
        first,
      ),
    );
  }
  return kept;
}
