"use client";
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type Currency, stayCurrent } from "@/lib/browser/stay-current";

const LiveContext = createContext<Currency>("connecting");

/** How current what the page shows is. */
export function useLiveState(): Currency {
  return useContext(LiveContext);
}

/** Keeps what the page shows current, by live events while they arrive. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<Currency>("connecting");
  useEffect(() => stayCurrent(client, { onCurrency: setState }), [client]);
  return <LiveContext value={state}>{children}</LiveContext>;
}
