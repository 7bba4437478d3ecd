import { queryOptions } from "@tanstack/react-query";
import type { EvidenceView } from "@/lib/contracts/kept-evidence";
import { request } from "./api";
import { every } from "./reach";

const whileUnderWay = every(2_000);

/** What the browser reads about kept evidence. It is stale whenever its incident is. */
export const evidenceQueries = {
  ofIncident: (id: string) =>
    queryOptions({
      queryKey: ["incident", "evidence", id],
      queryFn: ({ signal }) =>
        request<EvidenceView>(`/api/incidents/${encodeURIComponent(id)}/evidence`, { signal }),
      refetchInterval: ({ state }) => (state.data?.underWay.length ? whileUnderWay() : false),
    }),
};
