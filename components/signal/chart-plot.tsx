import { clockTime } from "@/components/clock/duration";
import type { SignalSeries } from "@/lib/contracts/signal";
import { formatSignal } from "./format-signal";
import { Pinned } from "./pinned";
import { signalPath } from "./signal-path";
import { timeTicks } from "./time-scale";

export const LEFT = 76;
export const RIGHT = 16;
const TOP = 26;
const BOTTOM = 128;
export const LANES_TOP = 144;
export const LANE_HEIGHT = 28;

/** About how wide (px) the two labels above the signal are; closer ones go on two lines. */
const NOW_WIDTH = 84;
const ONSET_WIDTH = 140;

const halo = { paintOrder: "stroke", stroke: "var(--surface)", strokeWidth: 4 } as const;

/** The drawn part of the chart: grid, threshold, harm, onset, now and the path of the signal. */
export function ChartPlot({
  series,
  width,
  height,
  from,
  to,
  x,
  harmFrom,
  harmTo,
  links,
  isOver = false,
}: {
  series: SignalSeries | null;
  width: number;
  height: number;
  from: number;
  to: number;
  x: (at: number) => number;
  harmFrom: number;
  /** When harm ended, or the end of the window while it goes on. */
  harmTo: number;
  /** Moments of the chosen suspect, drawn as dotted lines through the signal. */
  links: number[];
  /** Whether the window ends in the past. */
  isOver?: boolean;
}) {
  const points = (series?.points ?? []).filter(([at]) => at >= from && at <= to);
  const threshold = series?.spec.threshold ?? null;
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const highest = Math.max(...values, (threshold ?? 0) * 1.6, Number.MIN_VALUE);
  const y = (value: number) => BOTTOM - (Math.max(0, value) / highest) * (BOTTOM - TOP);
  const path = signalPath(points, x, y);
  const last = points.findLast(([, value]) => value !== null);
  const end = width - RIGHT;
  const unit = series?.spec.unit ?? "count";
  const onset = x(harmFrom);
  const flipsOnset = onset < LEFT + 150;
  const lastX = last ? x(last[0]) : end;
  // Nothing is said of moments that haven't been measured.
  const known = last ? last[0] : to;
  const hasOnset = harmFrom >= from && harmFrom <= to;
  const isCrowded = hasOnset && lastX - NOW_WIDTH < onset + (flipsOnset ? ONSET_WIDTH : 0);
  const nowText =
    last && last[1] !== null ? `${isOver ? "then" : "now"} ${formatSignal(last[1], unit)}` : "";
  return (
    <>
      {threshold === null ? null : (
        <>
          <Pinned top={y(threshold) - 9}>{formatSignal(threshold, unit)}</Pinned>
          {y(threshold) - TOP > 18 ? (
            <Pinned top={TOP - 5}>{formatSignal(highest, unit)}</Pinned>
          ) : null}
        </>
      )}
      <svg width={width} height={height} aria-hidden="true" className="block text-meta">
        {timeTicks(from, to, Math.max(2, Math.floor(width / 110))).map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={TOP} y2={height - 20} stroke="var(--line)" />
            <text x={x(tick)} y={height - 5} textAnchor="middle" fill="var(--ink-3)">
              {clockTime(tick, false)}
            </text>
          </g>
        ))}
        {harmFrom <= to ? (
          <rect
            x={Math.max(LEFT, onset)}
            width={Math.max(0, x(Math.min(harmTo, known)) - Math.max(LEFT, onset))}
            y={TOP}
            height={BOTTOM - TOP}
            fill="var(--harm-soft)"
          />
        ) : null}
        {threshold === null ? null : (
          <line
            x1={LEFT}
            x2={end}
            y1={y(threshold)}
            y2={y(threshold)}
            stroke="var(--ink-3)"
            strokeDasharray="3 4"
          />
        )}
        {links.map((at) => (
          <line
            key={at}
            x1={x(at)}
            x2={x(at)}
            y1={TOP}
            y2={height - 20}
            stroke="var(--accent)"
            strokeWidth="1.3"
            strokeDasharray="2 3"
          />
        ))}
        {path ? <path d={path} fill="none" stroke="var(--ink)" strokeWidth="1.8" /> : null}
        {hasOnset ? (
          <>
            <line
              x1={onset}
              x2={onset}
              y1={8}
              y2={height - 20}
              stroke="var(--harm)"
              strokeWidth="1.3"
            />
            <text
              {...halo}
              x={flipsOnset ? onset + 6 : onset - 6}
              y={17}
              textAnchor={flipsOnset ? "start" : "end"}
              fill="var(--harm)"
              fontWeight="550"
            >
              harm began {clockTime(harmFrom)}
            </text>
          </>
        ) : null}
        {last ? (
          <>
            <line x1={lastX} x2={lastX} y1={TOP} y2={height - 20} stroke="var(--edge)" />
            <circle cx={lastX} cy={y(last[1] ?? 0)} r="3" fill="var(--ink)" />
            <text
              {...halo}
              x={Math.min(lastX, end)}
              y={isCrowded ? 36 : 17}
              textAnchor="end"
              fill="var(--ink)"
              fontWeight="620"
            >
              {nowText}
            </text>
          </>
        ) : null}
      </svg>
    </>
  );
}
