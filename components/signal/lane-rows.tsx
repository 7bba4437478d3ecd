"use client";
import { type KeyboardEvent, useMemo } from "react";
import { LANE_HEIGHT, LANES_TOP, LEFT, RIGHT } from "./chart-plot";
import { clusterMarkers } from "./cluster-markers";
import { LaneButton } from "./lane-button";
import type { Lane, LaneMarker } from "./lane-marker";
import { Pinned } from "./pinned";

const GAP = 26;

function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const target = event.target;
  if (!step || !(target instanceof HTMLElement) || !target.matches("[data-marker]")) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-marker]")];
  const next = all[all.indexOf(target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The lanes under the signal. One tab stop each; the arrows move along a lane. */
export function LaneRows({
  lanes,
  markers,
  width,
  x,
  onOpenChange,
}: {
  lanes: readonly Lane[];
  markers: LaneMarker[];
  width: number;
  x: (at: number) => number;
  onOpenChange: (id: string) => void;
}) {
  const rows = useMemo(
    () =>
      lanes.map((lane) => ({
        lane,
        clusters: clusterMarkers(
          markers.filter((marker) => marker.lane === lane),
          x,
          { gap: GAP, left: LEFT, right: width - RIGHT },
        ),
      })),
    [lanes, markers, width, x],
  );
  return (
    <div className="absolute inset-0">
      {rows.map(({ lane, clusters }, row) => {
        const top = LANES_TOP + row * LANE_HEIGHT;
        const stop = clusters.findIndex((cluster) => cluster.lead.tone === "suspect");
        return (
          <div key={lane}>
            <Pinned top={top - 1}>{lane}</Pinned>
            <span
              aria-hidden="true"
              className="absolute border-t border-line"
              style={{ top: top + 8, left: LEFT, right: RIGHT }}
            />
            <ul aria-label={`${lane} in this window`} onKeyDown={moveAlong}>
              {clusters.map((cluster, index) => (
                <LaneButton
                  key={cluster.lead.id}
                  cluster={cluster}
                  top={top - 4}
                  isTabStop={index === Math.max(0, stop)}
                  onOpenChange={onOpenChange}
                />
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
