import type { RecoverySummary } from "@/lib/contracts/recovery";
import { spanOf } from "./duration-words";

export type PlotSize = { width: number; height: number; left: number; right: number };

export const TOP = 12;
export const FOOT = 22;
const LABEL_HEIGHT = 14;

type Level = { key: string; at: number; text: string; dash?: string; isStrong?: boolean };

/** Places (px) for labels beside their levels, moved apart where they would lie on one another. */
export function placeLabels(levels: readonly number[], lowest: number): number[] {
  const order = levels.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  let free = 0;
  const placed = order.map(({ at, index }) => {
    const place = Math.max(at, free);
    free = place + LABEL_HEIGHT;
    return { place, index };
  });
  // What ran out of the plot below is pushed up again.
  let limit = lowest;
  for (const one of placed.reverse()) {
    one.place = Math.min(one.place, limit);
    limit = one.place - LABEL_HEIGHT;
  }
  const places = levels.map(() => 0);
  for (const { place, index } of placed) places[index] = place;
  return places;
}

type Frame = {
  size: PlotSize;
  y: (ms: number) => number;
  now: RecoverySummary;
};

/** The axes, and the intervals of median and P90 as bands; the dots lie on it. */
export function PlotFrame({
  size,
  y,
  x,
  durations,
  dates,
  now,
}: Frame & {
  x: (at: number) => number;
  durations: readonly [ms: number, label: string][];
  dates: readonly { at: number; label: string }[];
}) {
  const { width, height, left, right } = size;
  const end = width - right;
  const floor = height - FOOT;
  const bands = [now.median, now.p90].flatMap((quantile) =>
    quantile && quantile.low !== null && quantile.high !== null
      ? [{ top: y(quantile.high), bottom: y(quantile.low) }]
      : [],
  );
  return (
    <svg width={width} height={height} aria-hidden="true" className="block text-meta">
      {bands.map(({ top, bottom }) => (
        <rect
          key={top}
          x={left}
          width={Math.max(0, end - left)}
          y={top}
          height={Math.max(1, bottom - top)}
          fill="var(--sunken)"
        />
      ))}
      {durations.map(([ms, label]) => (
        <g key={label}>
          <line x1={left} x2={end} y1={y(ms)} y2={y(ms)} stroke="var(--line)" />
          <text x={left - 8} y={y(ms) + 4} textAnchor="end" fill="var(--ink-3)">
            {label}
          </text>
        </g>
      ))}
      {dates.map(({ at, label }) => (
        <g key={at}>
          <line x1={x(at)} x2={x(at)} y1={floor} y2={floor + 4} stroke="var(--edge)" />
          <text x={x(at)} y={height - 5} textAnchor="middle" fill="var(--ink-3)">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Median and P90 of the period, and the median before it, as lines over the dots. */
export function PlotLevels({ size, y, now, before }: Frame & { before: RecoverySummary }) {
  const { width, height, left, right } = size;
  const end = width - right;
  // On a phone there is no room for words beside the lines: the legend has them.
  const isWide = right > 60;
  const levels: Level[] = [];
  if (before.median) {
    const text = `before ${spanOf(before.median.value)}`;
    levels.push({ key: "before", at: y(before.median.value), text, dash: "1 4" });
  }
  if (now.p90) {
    const text = `P90 ${spanOf(now.p90.value)}`;
    levels.push({ key: "p90", at: y(now.p90.value), text, dash: "6 4" });
  }
  if (now.median) {
    const text = `median ${spanOf(now.median.value)}`;
    levels.push({ key: "median", at: y(now.median.value), text, isStrong: true });
  }
  const places = placeLabels(
    levels.map(({ at }) => at),
    height - FOOT - 2,
  );
  return (
    <svg
      width={width}
      height={height}
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 text-meta"
    >
      {levels.map(({ key, at, text, dash, isStrong }, index) => (
        <g key={key}>
          <line
            x1={left}
            x2={end}
            y1={at}
            y2={at}
            stroke="var(--surface)"
            strokeOpacity="0.6"
            strokeWidth="3.5"
          />
          <line
            x1={left}
            x2={end}
            y1={at}
            y2={at}
            stroke={isStrong ? "var(--ink)" : "var(--ink-2)"}
            strokeWidth={isStrong ? 1.6 : 1.2}
            {...(dash ? { strokeDasharray: dash } : {})}
          />
          {isWide ? (
            <text
              x={end + 8}
              y={(places[index] ?? at) + 4}
              fill={isStrong ? "var(--ink)" : "var(--ink-2)"}
              fontWeight={isStrong ? 620 : 450}
            >
              {text}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}
