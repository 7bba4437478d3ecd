"use client";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type LiveState, listenLive, staleByTopic } from "@/lib/browser/live";

const POLL_MS = 5_000;
const BATCH_MS = 100;

const LiveContext = createContext<LiveState>("connecting");

/** Whether live updates arrive. */
export function useLiveState(): LiveState {
  return useContext(LiveContext);
}

/** Turns live events into stale queries; while they are paused, reads every five seconds. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");

  useEffect(() => {
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasPaused = false;
    const flush = () => {
      timer = undefined;
      const words = new Set(stale);
      stale.clear();
      void client.invalidateQueries({ predicate: (query) => words.has(String(query.queryKey[0])) });
    };
    const close = listenLive({
      onEvent: (event) => {
        for (const word of staleByTopic[event.topic]) stale.add(word);
        timer ??= setTimeout(flush, BATCH_MS);
      },
      onState: (next) => {
        setState(next);
        // Events say what to read again; after a gap, read everything once.
        if (next === "live" && wasPaused) void client.invalidateQueries();
        wasPaused = next === "paused";
      },
    });
    return () => {
      clearTimeout(timer);
      close();
    };
  }, [client]);

  useEffect(() => {
    if (state !== "paused") return;
    const poll = setInterval(() => void client.invalidateQueries(), POLL_MS);
    return () => clearInterval(poll);
  }, [state, client]);

  return <LiveContext value={state}>{children}</LiveContext>;
}
