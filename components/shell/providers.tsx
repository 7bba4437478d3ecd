"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { makeQueryClient } from "@/lib/browser/make-query-client";
import { LiveProvider } from "./live-provider";

/** What every screen of the console stands on: the query cache and live updates. */
export function Providers({
  isLive = true,
  children,
}: {
  /** Whether to listen for live updates: only for people who are signed in. */
  isLive?: boolean;
  children: ReactNode;
}) {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      {isLive ? <LiveProvider>{children}</LiveProvider> : children}
    </QueryClientProvider>
  );
}
