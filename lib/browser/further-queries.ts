import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { Page } from "@/lib/contracts/page";
import { request } from "./api";
import { searchWords } from "./search-words";

const at = encodeURIComponent;

/** What some pages read of incidents, changes and levers; apart from what every page needs. */
export const furtherQueries = {
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
  change: (id: string) =>
    queryOptions({
      queryKey: ["changes", "one", id],
      queryFn: ({ signal }) => request<Change>(`/api/changes/${at(id)}`, { signal }),
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
};
