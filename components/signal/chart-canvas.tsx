"use client";
import type { ComponentProps, RefObject } from "react";
import { usePageState } from "@/components/ui/use-page-state";
import { ChartPlot, LANE_HEIGHT, LANES_TOP } from "./chart-plot";
import type { Lane, LaneMarker } from "./lane-marker";
import { LaneRows } from "./lane-rows";

/** The plot of a signal above the lanes of what happened, in a box that scrolls where it is narrower. */
export function ChartCanvas({
  box,
  label,
  lanes,
  markers,
  isHidden = false,
  ...plot
}: Omit<ComponentProps<typeof ChartPlot>, "height"> & {
  box: RefObject<HTMLDivElement | null>;
  /** The chart in a sentence, for who doesn't see it. */
  label: string;
  lanes: readonly Lane[];
  markers: LaneMarker[];
  isHidden?: boolean;
}) {
  const [, setPage] = usePageState();
  const { width, x } = plot;
  const height = LANES_TOP + lanes.length * LANE_HEIGHT + 14;
  return (
    <div
      ref={box}
      data-keys
      className={`mx-3.5 my-2 overflow-x-auto scroll-cue ${isHidden ? "hidden" : ""}`}
    >
      <section aria-label={label} className="relative" style={{ width, height }}>
        <ChartPlot {...plot} height={height} />
        <LaneRows
          lanes={lanes}
          markers={markers}
          width={width}
          x={x}
          onOpenChange={(id) => setPage({ change: id })}
        />
      </section>
    </div>
  );
}
