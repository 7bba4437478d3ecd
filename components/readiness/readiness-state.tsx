import type { ReadinessCell } from "@/lib/contracts/recovery";
import { STATES } from "./readiness-words";

/** The state of a cell: shape and word; the hue repeats them. */
export function ReadinessState({ state }: { state: ReadinessCell["state"] }) {
  const { word, shape, hue } = STATES[state];
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap ${hue}`}>
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" className="shrink-0">
        <path d={shape} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      </svg>
      <span className={state === "unknown" ? "" : "font-semibold"}>{word}</span>
    </span>
  );
}
