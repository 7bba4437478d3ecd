import { createChance } from "./chance.ts";
import { iso } from "./change-row.ts";
import { type DatedIncident, MINUTE } from "./dated-incident.ts";
import { TITLES } from "./incident-rows.ts";

export type Facts = {
  readAt: string;
  harmBeganAt: string;
  drafted: string;
  signals: {
    serviceTitle: string;
    title: string;
    threshold: number;
    before: number;
    peak: { at: string; value: number };
    hurtMs: number;
    [field: string]: unknown;
  }[];
};

const THRESHOLD = 0.02;
const POINTS = 72;

/** What the signal said while the incident went on: calm, harm, and calm again. A drill hurts nobody. */
export function retroFacts(incident: DatedIncident): Facts {
  const { number, service, harmAt, restoredAt, severity, isDrill } = incident;
  const chance = createChance(9_000 + number);
  const from = harmAt - 10 * MINUTE;
  const to = restoredAt + 10 * MINUTE;
  const worst = isDrill ? 0.004 : ([0.55, 0.24, 0.09, 0.045][severity - 1] ?? 0.1);
  const points = Array.from({ length: POINTS }, (_, index): [number, number] => {
    const at = from + ((to - from) * index) / (POINTS - 1);
    const calm = 0.004 * chance.between(0.7, 1.3);
    const isHurt = at >= harmAt && at < restoredAt;
    const rise = Math.min(1, (at - harmAt) / (3 * MINUTE) + 0.25);
    return [Math.round(at), isHurt && !isDrill ? worst * rise * chance.between(0.8, 1) : calm];
  });
  const peak = points.reduce((most, point) => (point[1] > most[1] ? point : most));
  return {
    ...{ readAt: iso(restoredAt + 4 * MINUTE), harmBeganAt: iso(harmAt), drafted: "" },
    signals: [
      {
        ...{ service, serviceTitle: TITLES[service], title: "Failed requests", unit: "ratio" },
        ...{ threshold: THRESHOLD, harmWhen: "above", from: iso(from), to: iso(to), before: 0.004 },
        peak: { at: iso(peak[0]), value: peak[1] },
        hurtMs: isDrill ? 0 : restoredAt - harmAt,
        ...{ points, problem: null },
      },
    ],
  };
}

/** A duration as retros say it: "3 min 10 s", "2 h 5 min". */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What customers saw, as the signal tells it. */
export function customersWords({ signals: [signal] }: Facts): string {
  if (!signal) return "";
  const percent = (value: number) => `${Number((value * 100).toFixed(1))} %`;
  const name = `${signal.title} of ${signal.serviceTitle}`;
  if (signal.hurtMs === 0)
    return `${name} never went above its threshold of ${percent(THRESHOLD)}.`;
  return `${name} rose from ${percent(signal.before)} to ${percent(signal.peak.value)} and was above its threshold of ${percent(THRESHOLD)} for ${span(signal.hurtMs)}.`;
}
