import { queryOptions } from "@tanstack/react-query";
import type { Change } from "@/lib/contracts/change";
import type { KnownGoodLine, KnownGoodView } from "@/lib/contracts/known-good";
import type { Service } from "@/lib/contracts/service";
import { request } from "./api";

const at = encodeURIComponent;

/** What the browser reads about one service, and what is known good; apart, for few pages need it. */
export const serviceQueries = {
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
};
