import { queryOptions } from "@tanstack/react-query";
import type { FreezePreview } from "@/lib/contracts/freeze";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import { request } from "./api";
import { every } from "./reach";
import { searchWords } from "./search-words";

/** What is read about freezes and loose ends beside the freezes that are on, which every page shows. */
export const freezeQueries = {
  /** What freezing these services would hold; none means everything. */
  preview: (services: readonly string[]) =>
    queryOptions({
      queryKey: ["freezes", "preview", ...services],
      queryFn: ({ signal }) =>
        request<FreezePreview>(
          `/api/freezes/preview${searchWords({ services: services.length > 0 ? services.join(",") : null })}`,
          { signal },
        ),
    }),
  /** What is open and not waived of every incident that isn't over. */
  looseEnds: () =>
    queryOptions({
      queryKey: ["loose-ends"],
      queryFn: ({ signal }) => request<LooseEnd[]>("/api/loose-ends", { signal }),
      refetchInterval: every(30_000),
    }),
};
