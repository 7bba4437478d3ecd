import Link from "next/link";
import { Severity } from "@/components/severity/severity";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";
import type { PlacedDot } from "./dot-layer";
import { spanOf } from "./duration-words";
import { LeverMark } from "./lever-mark";
import { momentOf } from "./period-words";

const WIDTH = 232;
const GAP = 14;

/** A dot in words: "INC-12, 3 Nov 2026 14:02, Rollback, 14 min, SEV2, checkout". */
export function dotInWords(dot: PlacedDot): string {
  const parts = [
    dot.incidentId,
    momentOf(dot.at),
    LEVER_NAMES[dot.lever],
    spanOf(dot.ms),
    `SEV${dot.severity}`,
    ...dot.services,
    ...(dot.isDrill ? ["drill"] : []),
  ];
  return parts.join(", ");
}

/** What is known of the dot that is pointed at, beside it and within the plot. */
export function DotCard({
  dot,
  href,
  width,
  height,
}: {
  dot: PlacedDot;
  /** Where a finger gets from here; null where the dot itself is pressed. */
  href: string | null;
  width: number;
  height: number;
}) {
  const left = dot.x + GAP + WIDTH > width ? Math.max(0, dot.x - GAP - WIDTH) : dot.x + GAP;
  const isLow = dot.y > height / 2;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute z-10 rounded-lg border border-edge bg-surface px-2.5 py-1.5 text-meta shadow-sm"
      style={{
        left,
        width: Math.min(WIDTH, width),
        ...(isLow ? { bottom: height - dot.y + 8 } : { top: dot.y + 8 }),
      }}
    >
      <div className="flex items-center justify-between gap-2">
        <b className="text-body font-semibold">{spanOf(dot.ms)}</b>
        <Severity grade={dot.severity} isLive={false} />
      </div>
      <div className="flex items-center gap-1.5">
        <LeverMark lever={dot.lever} /> {LEVER_NAMES[dot.lever]}
        {dot.isDrill ? <span className="text-ink-3">in a drill</span> : null}
      </div>
      <div className="truncate text-ink-2">{dot.services.join(", ")}</div>
      <div className="text-ink-3">
        {dot.incidentId} · {momentOf(dot.at)} UTC
      </div>
      {href ? (
        <Link
          href={href}
          prefetch={false}
          tabIndex={-1}
          onPointerDown={(event) => event.stopPropagation()}
          className="pointer-events-auto mt-1 block py-1 text-accent underline underline-offset-2"
        >
          Open {dot.incidentId}
        </Link>
      ) : null}
    </div>
  );
}
