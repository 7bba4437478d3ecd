import type { Query, QueryClient } from "@tanstack/react-query";
import { reachNow } from "./reach";

/** At most one round of reads in this time, so that a burst of events is one. */
const GATHER_MS = 300;

export type ReadAgain = {
  /** Has all queries that it is true of read again. */
  ask: (isStale: (query: Query) => boolean) => void;
  stop: () => void;
};

/**
 * Reads again what became stale: the first time at once, what comes soon after in one round. A read that
 * is under way is never broken off, or none would come to its end while events keep coming: it is let
 * finish, and then read once more, for it may have begun too early. What no screen shows, and
 * all while reading leads nowhere, is only marked.
 */
export function readAgain(client: QueryClient): ReadAgain {
  const cache = client.getQueryCache();
  const asked = new Set<Query>();
  /** Read once more when they end. */
  const owed = new Set<Query>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const soon = () => {
    const wait = Math.max(0, readAt + GATHER_MS - performance.now());
    timer ??= setTimeout(read, wait);
  };
  const read = () => {
    timer = undefined;
    readAt = performance.now();
    const idle = new Set<Query>();
    for (const query of asked) {
      query.invalidate();
      (query.state.fetchStatus === "idle" ? idle : owed).add(query);
    }
    asked.clear();
    if (reachNow() !== "reached") return;
    void client.refetchQueries(
      { type: "active", predicate: (query) => idle.has(query) },
      { cancelRefetch: false },
    );
  };
  const unsubscribe = cache.subscribe(({ type, query }) => {
    if (type === "removed") {
      asked.delete(query);
      owed.delete(query);
    } else if (type === "updated" && query.state.fetchStatus === "idle" && owed.delete(query)) {
      asked.add(query);
      soon();
    }
  });
  return {
    ask(isStale) {
      for (const query of cache.getAll()) if (isStale(query)) asked.add(query);
      if (asked.size > 0) soon();
    },
    stop() {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}
