import type { DeliveryMeasure, DeliveryRow, Quantile } from "@/lib/contracts/recovery";
import { poissonInterval } from "./poisson-interval";
import { medianOf } from "./recovery-statistics";
import { wilsonInterval } from "./wilson-interval";

const WEEK_MS = 7 * 86_400_000;

/** Deploys of one service in one period, by role. Durations in milliseconds, rising. */
export type Tally = {
  counts: Record<DeliveryRow["role"], number>;
  leads: readonly number[];
  recoveries: readonly number[];
  /** How long the ledger was kept within the period, milliseconds; 0: not at all. */
  keptMs: number;
};

/** The five measures of one service in a period, against the period before. */
export function deliveryMeasures(service: string, now: Tally, before: Tally): DeliveryMeasure[] {
  const deploys = now.counts.normal + now.counts.failed;
  const all = deploys + now.counts.rework;
  const none = now.keptMs <= 0 ? "The ledger doesn't reach back to this period." : null;
  const weeks = now.keptMs / WEEK_MS;
  return [
    {
      name: "deployment-frequency",
      service,
      value: frequency(now),
      unit: "per-week",
      numerator: deploys,
      denominator: Math.round(Math.max(0, weeks) * 100) / 100,
      before: frequency(before),
      why: none,
    },
    {
      name: "change-lead-time",
      service,
      value: medianOf(now.leads),
      unit: "ms",
      numerator: null,
      denominator: now.leads.length,
      before: medianOf(before.leads),
      why: none ?? few(now.leads.length, "No deploy whose merges are known went live."),
    },
    {
      name: "change-fail-rate",
      service,
      value: ratio(now.counts.failed, deploys),
      unit: "ratio",
      numerator: now.counts.failed,
      denominator: deploys,
      before: ratio(before.counts.failed, before.counts.normal + before.counts.failed),
      why: none ?? (deploys === 0 ? "Nothing was deployed." : null),
    },
    {
      name: "failed-deployment-recovery-time",
      service,
      value: medianOf(now.recoveries),
      unit: "ms",
      numerator: null,
      denominator: now.recoveries.length,
      before: medianOf(before.recoveries),
      why: none ?? few(now.recoveries.length, "No deploy failed."),
    },
    {
      name: "deployment-rework-rate",
      service,
      value: ratio(now.counts.rework, all),
      unit: "ratio",
      numerator: now.counts.rework,
      denominator: all,
      before: ratio(
        before.counts.rework,
        before.counts.normal + before.counts.failed + before.counts.rework,
      ),
      why: none ?? (all === 0 ? "Nothing was deployed." : null),
    },
  ];
}

function few(n: number, nothing: string): string | null {
  if (n === 0) return nothing;
  return n < 10 ? `Only ${n}: fewer than 10 say little of the next ones.` : null;
}

/** Normal and failed deploys a week, with the exact interval of a rate. */
function frequency({ counts, keptMs }: Tally): Quantile | null {
  if (keptMs <= 0) return null;
  const deploys = counts.normal + counts.failed;
  const { low, high } = poissonInterval(deploys);
  const perWeek = WEEK_MS / keptMs;
  return { value: deploys * perWeek, low: low * perWeek, high: high * perWeek };
}

function ratio(hits: number, n: number): Quantile | null {
  const interval = wilsonInterval(hits, n);
  return interval && { value: hits / n, ...interval };
}
