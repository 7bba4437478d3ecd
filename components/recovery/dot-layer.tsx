import { memo } from "react";
import type { PlotDot } from "@/lib/browser/pack-dots";
import type { RestoredBy } from "@/lib/contracts/recovery";
import { isOutline, leverColours, leverShape } from "./lever-mark";

/** A dot with its place (px). */
export type PlacedDot = PlotDot & { x: number; y: number };

const levers: RestoredBy[] = ["none", "revert", "rollback", "retoggle"];

/** How large a dot is where so many share so much room (px²); 1 is about eight pixels. */
export function dotSize(count: number, room: number): number {
  return Math.min(1.4, Math.max(0.42, Math.sqrt(room / Math.max(1, count)) / 22));
}

/** From this many on, dots lie on one another: then they let each other through. */
const CROWD = 600;
/** A path is filled once however many of its dots lie on one place, so a crowd is drawn in turns. */
const TURNS = 6;

/** All dots, as a few paths for each lever: ten thousand are drawn as fast as ten. Drills are faint. */
export const DotLayer = memo(function DotLayer({
  dots,
  width,
  height,
}: {
  dots: readonly PlacedDot[];
  width: number;
  height: number;
}) {
  const size = dotSize(dots.length, width * height);
  const turns = dots.length > CROWD ? TURNS : 1;
  const paths = Array.from({ length: turns }, (_, turn) => turn).flatMap((turn) =>
    levers.flatMap((lever) =>
      [false, true].flatMap((isDrill) => {
        const path = dots
          .filter((dot, index) => index % turns === turn && dot.lever === lever)
          .filter((dot) => dot.isDrill === isDrill)
          .map((dot) => leverShape(lever, dot.x, dot.y, size))
          .join("");
        return path ? [{ key: `${turn}-${lever}-${isDrill}`, lever, isDrill, path }] : [];
      }),
    ),
  );
  const isCrowd = turns > 1;
  return (
    <svg width={width} height={height} aria-hidden="true" className="absolute inset-0">
      {paths.map(({ key, lever, isDrill, path }) => (
        <path
          key={key}
          d={path}
          fill={isOutline(lever) ? "none" : leverColours[lever]}
          // Neighbours that touch stay told apart.
          stroke={isOutline(lever) ? leverColours[lever] : isCrowd ? "none" : "var(--surface)"}
          strokeWidth={isOutline(lever) ? Math.max(1, 1.7 * size) : 0.7}
          opacity={(isDrill ? 0.5 : 1) * (isCrowd ? 0.6 : 1)}
        />
      ))}
    </svg>
  );
});
