import { queryOptions } from "@tanstack/react-query";
import type { Change, ChangeKind } from "@/lib/contracts/change";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Incident, IncidentView } from "@/lib/contracts/incident";
import type { LeverCard } from "@/lib/contracts/lever";
import type { Page } from "@/lib/contracts/page";
import type { Actor } from "@/lib/contracts/role";
import type { Service } from "@/lib/contracts/service";
import type { SignalSeries } from "@/lib/contracts/signal";
import type { SourceState } from "@/lib/contracts/source";
import { request } from "./api";
import { every } from "./reach";
import { searchWords } from "./search-words";

/** A window of time; `to` null means up to now. */
export type Window = { from: string; to: string | null };

/** What the list of changes is narrowed to. */
export type ChangeFilter = { service?: string; kind?: ChangeKind; from?: string; limit?: number };

const at = encodeURIComponent;

/** Everything the browser reads. Each entry owns its key; live topics invalidate by its first word. */
export const queries = {
  session: () =>
    queryOptions({
      queryKey: ["session"],
      queryFn: ({ signal }) => request<Actor>("/api/session", { signal }),
      staleTime: 60_000,
    }),
  services: () =>
    queryOptions({
      queryKey: ["services"],
      queryFn: ({ signal }) => request<Service[]>("/api/services", { signal }),
    }),
  signal: (name: string, window: Window) =>
    queryOptions({
      queryKey: ["signal", name, window.from, window.to],
      queryFn: async ({ signal, client, queryKey }) => {
        const to = window.to ?? new Date().toISOString();
        const series = await request<SignalSeries>(
          `/api/services/${at(name)}/signal${searchWords({ from: window.from, to })}`,
          { signal },
        );
        // A source that fell silent doesn't take what it said before off the page.
        const before = client.getQueryData<SignalSeries>(queryKey);
        return series.knownAt === null && before?.knownAt
          ? { ...before, problem: series.problem }
          : series;
      },
      refetchInterval: window.to === null ? every(5_000) : false,
    }),
  changes: (filter: ChangeFilter) =>
    queryOptions({
      queryKey: ["changes", "list", filter],
      queryFn: ({ signal }) =>
        request<Page<Change>>(`/api/changes${searchWords(filter)}`, { signal }),
    }),
  sources: () =>
    queryOptions({
      queryKey: ["sources"],
      queryFn: ({ signal }) => request<SourceState[]>("/api/sources", { signal }),
      refetchInterval: every(15_000),
    }),
  /** The newest incidents that still do harm: the count beside Now, and where a lever may be pulled. */
  openIncidents: () =>
    queryOptions({
      queryKey: ["incidents", "open"],
      queryFn: ({ signal }) =>
        request<Page<Incident>>("/api/incidents?status=declared", { signal }),
    }),
  /** The freezes that are on, newest first; every page says so. */
  freezes: () =>
    queryOptions({
      queryKey: ["freezes"],
      queryFn: ({ signal }) => request<Freeze[]>("/api/freezes", { signal }),
      refetchInterval: every(30_000),
    }),
  incident: (id: string) =>
    queryOptions({
      queryKey: ["incident", id],
      queryFn: ({ signal }) => request<IncidentView>(`/api/incidents/${at(id)}`, { signal }),
    }),
  levers: (id: string, suspect: string) =>
    queryOptions({
      queryKey: ["levers", id, suspect],
      queryFn: ({ signal }) =>
        request<LeverCard>(`/api/incidents/${at(id)}/levers${searchWords({ suspect })}`, {
          signal,
        }),
      refetchInterval: every(20_000),
    }),
};
