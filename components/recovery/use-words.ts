"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Words = Record<string, string | null>;

/**
 * State in the address that the page reads by itself: changing it asks the server for no new page. Null
 * removes a word. `hrefWith` says what the address would be.
 */
export function useWords() {
  const words = useSearchParams();
  const path = usePathname();
  const hrefWith = useCallback(
    (next: Words) => {
      const changed = new URLSearchParams(words);
      for (const [word, value] of Object.entries(next)) {
        if (value) changed.set(word, value);
        else changed.delete(word);
      }
      const text = changed.toString();
      return text ? `${path}?${text}` : path;
    },
    [words, path],
  );
  const change = useCallback(
    (next: Words) => window.history.replaceState(null, "", hrefWith(next)),
    [hrefWith],
  );
  return { words, hrefWith, change };
}
