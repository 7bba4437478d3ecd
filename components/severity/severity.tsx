import type { Severity as Grade } from "@/lib/contracts/incident";

const shapes: Record<Grade, string> = {
  1: "M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5Z",
  2: "M8 1.5 15 14H1Z",
  3: "M8 1 15 8 8 15 1 8Z",
  4: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13Z",
};

/**
 * Severity as shape, word and hue. The hue is only there while harm is done (`isLive`): red means
 * harm now.
 */
export function Severity({ grade, isLive }: { grade: Grade; isLive: boolean }) {
  const hue = !isLive ? "text-ink-2" : grade <= 2 ? "text-harm" : grade === 3 ? "text-warn" : "";
  return (
    <span className={`inline-flex items-center gap-1.5 font-[650] whitespace-nowrap ${hue}`}>
      <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[grade]} fill="currentColor" />
      </svg>
      SEV{grade}
    </span>
  );
}
