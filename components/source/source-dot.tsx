import type { SourceState } from "@/lib/contracts/source";

/** How a source is, as a shape: full and green is live, a ring is silent, a dashed ring is starting. */
export function SourceDot({ status }: { status: SourceState["status"] }) {
  const hue = { live: "text-good", silent: "text-warn", starting: "text-ink-3" }[status];
  return (
    <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true" className={`shrink-0 ${hue}`}>
      {status === "live" ? (
        <circle cx="4.5" cy="4.5" r="3.5" fill="currentColor" />
      ) : (
        <circle
          cx="4.5"
          cy="4.5"
          r="3.3"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeDasharray={status === "starting" ? "2 1.5" : undefined}
        />
      )}
    </svg>
  );
}
