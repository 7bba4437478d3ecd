"use client";
import { useSyncExternalStore } from "react";

const query = "(max-width: 47.99rem)";

/** Whether the screen is as narrow as a phone; false while hydrating. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}
