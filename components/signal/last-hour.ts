import { queries } from "@/lib/browser/queries";
import { every } from "@/lib/browser/reach";
import type { Service } from "@/lib/contracts/service";
import type { SignalSeries } from "@/lib/contracts/signal";

const HOUR_MS = 3_600_000;
const FIVE_MINUTES_MS = 300_000;

/** An hour ago (ms), on the full five minutes: so all that ask share one query. */
export function startOfLastHour(): number {
  return Math.floor((Date.now() - HOUR_MS) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
}

/** The signal of a service since `from` (ms); nothing is asked when it has none. */
export function lastHour(service: Service, from: number) {
  return {
    ...queries.signal(service.name, { from: new Date(from).toISOString(), to: null }),
    enabled: service.signal !== null,
    refetchInterval: every(10_000),
  };
}

/** What the signal said last, or null. */
export function lastValue(series: SignalSeries | null | undefined): number | null {
  return series?.points.findLast(([, value]) => value !== null)?.[1] ?? null;
}
