import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ApiToken } from "@/lib/contracts/api-token";
import type { Change, ChangeKind } from "@/lib/contracts/change";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Incident, IncidentView } from "@/lib/contracts/incident";
import type { KnownGoodLine, KnownGoodView } from "@/lib/contracts/known-good";
import type { LeverCard, LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { Page } from "@/lib/contracts/page";
import type { Actor } from "@/lib/contracts/role";
import type { Service } from "@/lib/contracts/service";
import type { SignalSeries } from "@/lib/contracts/signal";
import type { SourceState } from "@/lib/contracts/source";
import { request } from "./api";
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
  service: (name: string) =>
    queryOptions({
      queryKey: ["service", name],
      queryFn: ({ signal }) =>
        request<{ service: Service; lastChanges: Change[] }>(`/api/services/${at(name)}`, {
          signal,
        }),
    }),
  /** A service's known good state beside what is live. */
  knownGood: (name: string) =>
    queryOptions({
      queryKey: ["service", "known-good", name],
      queryFn: ({ signal }) =>
        request<KnownGoodView>(`/api/services/${at(name)}/known-good`, { signal }),
    }),
  /** Of every service whether what is live is known good. */
  knownGoodLines: () =>
    queryOptions({
      queryKey: ["services", "known-good"],
      queryFn: ({ signal }) => request<KnownGoodLine[]>("/api/known-good", { signal }),
    }),
  revisions: (name: string) =>
    queryOptions({
      queryKey: ["changes", "revisions", name],
      queryFn: ({ signal }) => request<Change[]>(`/api/services/${at(name)}/revisions`, { signal }),
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
      refetchInterval: window.to === null ? 5_000 : false,
    }),
  changes: (filter: ChangeFilter) =>
    queryOptions({
      queryKey: ["changes", "list", filter],
      queryFn: ({ signal }) =>
        request<Page<Change>>(`/api/changes${searchWords(filter)}`, { signal }),
    }),
  change: (id: string) =>
    queryOptions({
      queryKey: ["changes", "one", id],
      queryFn: ({ signal }) => request<Change>(`/api/changes/${at(id)}`, { signal }),
    }),
  sources: () =>
    queryOptions({
      queryKey: ["sources"],
      queryFn: ({ signal }) => request<SourceState[]>("/api/sources", { signal }),
      refetchInterval: 15_000,
    }),
  /** `statuses` is a list with commas, or null for all. */
  incidents: (statuses: string | null) =>
    infiniteQueryOptions({
      queryKey: ["incidents", statuses],
      queryFn: ({ signal, pageParam }) =>
        request<Page<Incident>>(
          `/api/incidents${searchWords({ status: statuses, after: pageParam })}`,
          {
            signal,
          },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page: Page<Incident>) => page.next,
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
      refetchInterval: 30_000,
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
      refetchInterval: 20_000,
    }),
  preview: (target: LeverTarget, incident: string) =>
    queryOptions({
      queryKey: ["levers", "target", incident, target],
      queryFn: ({ signal }) =>
        request<LeverPreview>(
          `/api/levers${searchWords({ target: JSON.stringify(target), incident })}`,
          { signal },
        ),
    }),
  putBack: (restorationId: string) =>
    queryOptions({
      queryKey: ["levers", "put-back", restorationId],
      queryFn: ({ signal }) =>
        request<LeverPreview>(`/api/restorations/${at(restorationId)}/put-back`, { signal }),
    }),
  tokens: () =>
    queryOptions({
      queryKey: ["tokens"],
      queryFn: ({ signal }) => request<ApiToken[]>("/api/tokens", { signal }),
    }),
};
