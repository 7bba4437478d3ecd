"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ProblemError } from "@/lib/browser/api";
import { LiveProvider } from "./live-provider";

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        // A refusal is an answer; only silence is worth asking again.
        retry: (count, error) =>
          count < 2 && (!(error instanceof ProblemError) || error.status === 0),
      },
      mutations: { retry: false },
    },
  });
}

/** What every screen of the console stands on: the query cache and live updates. */
export function Providers({
  isLive = true,
  children,
}: {
  /** Whether to listen for live updates: only for people who are signed in. */
  isLive?: boolean;
  children: ReactNode;
}) {
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={client}>
      {isLive ? <LiveProvider>{children}</LiveProvider> : children}
    </QueryClientProvider>
  );
}
