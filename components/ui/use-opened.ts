"use client";
import { useState } from "react";

const focusOnce = (opener: HTMLElement | null) => opener?.focus();

/**
 * Something that a press opens in place. `opener` is the ref of what opens it: the focus comes back
 * to it once the opened thing, which had it, is gone.
 */
export function useOpened() {
  const [state, setState] = useState<"not-yet" | "open" | "closed">("not-yet");
  return {
    isOpen: state === "open",
    open: () => setState("open"),
    close: () => setState("closed"),
    opener: state === "closed" ? focusOnce : undefined,
  };
}
