import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Page } from "@/lib/contracts/page";
import type {
  DeliveryMeasure,
  DeliveryRow,
  ReadinessRow,
  RecoveryView,
} from "@/lib/contracts/recovery";
import { request } from "./api";
import { packView } from "./pack-dots";
import { periodOf, type RecoveryFilter } from "./recovery-period";
import { searchWords } from "./search-words";

const STALE_MS = 60_000;

/** What the server is asked for a filter now, as words of an address; null when it has no period. */
export function askedOf(filter: RecoveryFilter, now: Date) {
  const period = periodOf(filter, now);
  if (period === null) return null;
  const { service, lever, severity, drills } = filter;
  return { ...period, service, lever, severity, drills };
}

/** Where a table of the history can be had as a file. */
export function exportHref(
  filter: RecoveryFilter,
  period: { from: string; to: string },
  table: string,
  format: "csv" | "json",
): string {
  const { service, lever, severity, drills } = filter;
  const { from, to } = period;
  const words = { table, format, from, to, service, lever, severity, drills };
  return `/api/recovery/export${searchWords(words)}`;
}

/** Everything the browser reads about recovery. Live topics invalidate by the key's first word. */
export const recoveryQueries = {
  /** A relative period is told by its word, and is up to the moment of asking. */
  recovery: (filter: RecoveryFilter) =>
    queryOptions({
      queryKey: ["recovery", "view", filter],
      queryFn: async ({ signal }) =>
        packView(
          await request<RecoveryView>(
            `/api/recovery${searchWords(askedOf(filter, new Date()) ?? {})}`,
            { signal },
          ),
        ),
      staleTime: STALE_MS,
    }),
  delivery: (filter: RecoveryFilter) =>
    queryOptions({
      queryKey: ["recovery", "delivery", filter.period, filter.from, filter.to, filter.service],
      queryFn: ({ signal }) => {
        const { from, to } = periodOf(filter, new Date()) ?? {};
        const words = { from, to, service: filter.service };
        return request<DeliveryMeasure[]>(`/api/delivery${searchWords(words)}`, { signal });
      },
      staleTime: STALE_MS,
    }),
  /** The deploys that one figure is made of. `of`: its service, measure and moments. */
  deliveryRows: (of: { service: string; measure: string; from: string; to: string }) =>
    infiniteQueryOptions({
      queryKey: ["recovery", "rows", of],
      queryFn: ({ signal, pageParam }) =>
        request<Page<DeliveryRow>>(
          `/api/delivery/rows${searchWords({ ...of, after: pageParam, limit: 50 })}`,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page: Page<DeliveryRow>) => page.next,
      staleTime: STALE_MS,
    }),
  readiness: () =>
    queryOptions({
      queryKey: ["readiness"],
      queryFn: ({ signal }) => request<ReadinessRow[]>("/api/readiness", { signal }),
      staleTime: STALE_MS,
    }),
};
