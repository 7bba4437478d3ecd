"use client";
import { useQueryClient } from "@tanstack/react-query";

/** Has everything that shows freezes read again, whatever came of a press: also after a refusal. */
export function useReadFreezesAgain(): () => void {
  const client = useQueryClient();
  return () => {
    const stale = new Set(["freezes", "incident", "loose-ends", "levers"]);
    void client.invalidateQueries({ predicate: ({ queryKey }) => stale.has(String(queryKey[0])) });
  };
}
