"use client";
import { usePageState } from "@/components/ui/use-page-state";
import type { LeverKind } from "@/lib/contracts/lever";
import { leverId } from "./lever-id";

/** A card that isn't there by then isn't coming: its suspect is no longer one (ms). */
const PATIENCE_MS = 15_000;

function show(element: HTMLElement): void {
  element.closest("details")?.setAttribute("open", "");
  element.focus();
}

/** Leads to a lever on the card of a suspect, wherever it is folded, once the card has been read. */
export function useOpenLever(): (suspectId: string, lever: LeverKind) => void {
  const [, setPage] = usePageState();
  return (suspectId, lever) => {
    const find = () => document.getElementById(leverId(suspectId, lever));
    setPage({ suspect: suspectId });
    const there = find();
    if (there) {
      show(there);
      return;
    }
    const observer = new MutationObserver(() => {
      const element = find();
      if (!element) return;
      observer.disconnect();
      clearTimeout(end);
      show(element);
    });
    const end = setTimeout(() => observer.disconnect(), PATIENCE_MS);
    observer.observe(document.body, { childList: true, subtree: true });
  };
}
