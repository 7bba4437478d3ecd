import { memo } from "react";
import type { PlotDot } from "@/lib/browser/pack-dots";
import type { RestoredBy } from "@/lib/contracts/recovery";
import { isOutline, leverColours, leverShape } from "./lever-mark";

/** A dot with its place (px). */
export type PlacedDot = PlotDot & { x: number; y: number };

const levers: RestoredBy[] = ["none", "revert", "rollback", "retoggle"];

/** How large a dot is among so many. */
export function dotSize(count: number): number {
  return count > 3_000 ? 0.62 : count > 800 ? 0.78 : count > 200 ? 0.95 : count > 60 ? 1.15 : 1.4;
}

/** All dots, as one path for each lever: ten thousand are drawn as fast as ten. Drills are faint. */
export const DotLayer = memo(function DotLayer({
  dots,
  width,
  height,
}: {
  dots: readonly PlacedDot[];
  width: number;
  height: number;
}) {
  const size = dotSize(dots.length);
  const paths = levers.flatMap((lever) =>
    [false, true].flatMap((isDrill) => {
      const path = dots
        .filter((dot) => dot.lever === lever && dot.isDrill === isDrill)
        .map((dot) => leverShape(lever, dot.x, dot.y, size))
        .join("");
      return path ? [{ lever, isDrill, path }] : [];
    }),
  );
  return (
    <svg width={width} height={height} aria-hidden="true" className="absolute inset-0">
      {paths.map(({ lever, isDrill, path }) => (
        <path
          key={`${lever}-${isDrill}`}
          d={path}
          fill={isOutline(lever) ? "none" : leverColours[lever]}
          // Neighbours that touch stay told apart.
          stroke={isOutline(lever) ? leverColours[lever] : "var(--surface)"}
          strokeWidth={isOutline(lever) ? 1.7 * size : 0.7}
          opacity={isDrill ? 0.5 : 1}
        />
      ))}
    </svg>
  );
});
