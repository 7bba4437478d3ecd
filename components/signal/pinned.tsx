import type { ReactNode } from "react";

/** Words at the left of a chart, at a height in it (px): they stay where it scrolls beneath them. */
export function Pinned({ top, children }: { top: number; children: ReactNode }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 z-10" style={{ top }}>
      <span className="sticky start-0 bg-surface pe-1 text-meta text-ink-2">{children}</span>
    </div>
  );
}
