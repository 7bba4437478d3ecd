"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Words = Record<string, string | null>;

function addressWith(words: URLSearchParams, path: string, next: Words): string {
  const changed = new URLSearchParams(words);
  for (const [word, value] of Object.entries(next)) {
    if (value) changed.set(word, value);
    else changed.delete(word);
  }
  const text = changed.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * State in the address that the page reads by itself: changing it asks the server for no new page. Null
 * removes a word. `hrefWith` says what the address would be.
 */
export function useWords() {
  const words = useSearchParams();
  const path = usePathname();
  const hrefWith = useCallback((next: Words) => addressWith(words, path, next), [words, path]);
  const change = useCallback(
    (next: Words) => {
      // What was changed a moment ago isn't drawn yet, but it is in the address.
      const latest = new URLSearchParams(window.location.search);
      window.history.replaceState(null, "", addressWith(latest, path, next));
    },
    [path],
  );
  return { words, hrefWith, change };
}
