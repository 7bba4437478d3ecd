import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./api";
import { reachNow } from "./reach";

const isReached = () => reachNow() === "reached";

/** The cache of everything that the browser reads. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: isReached,
        refetchOnReconnect: isReached,
        // A refusal is an answer; only silence is worth asking again.
        retry: (count, error) =>
          count < 2 && isReached() && (!(error instanceof ProblemError) || error.status === 0),
      },
      mutations: { retry: false },
    },
  });
}
