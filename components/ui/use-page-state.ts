"use client";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** State that lives in the address, so that a link shows everyone the same. Null removes a word. */
export function usePageState(): [URLSearchParams, (next: Record<string, string | null>) => void] {
  const words = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const set = useCallback(
    (next: Record<string, string | null>) => {
      const changed = new URLSearchParams(window.location.search);
      for (const [word, value] of Object.entries(next)) {
        if (value === null) changed.delete(word);
        else changed.set(word, value);
      }
      const text = changed.toString();
      router.replace(text ? `${path}?${text}` : path, { scroll: false });
    },
    [path, router],
  );
  return [words, set];
}
