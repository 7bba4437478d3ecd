"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import { useWidth } from "@/components/signal/use-width";
import type { PlotDot } from "@/lib/browser/pack-dots";
import type { RecoverySummary } from "@/lib/contracts/recovery";
import { DotCard, dotInWords } from "./dot-card";
import { DotLayer, type PlacedDot } from "./dot-layer";
import { nearestDot } from "./nearest-dot";
import { FOOT, PlotFrame, PlotLevels, TOP } from "./plot-frame";
import { dateScale, durationScale, durationTicks } from "./plot-scales";

const HEIGHT = 340;
/** Room inside the axes, so that no dot lies on an edge. */
const INSET = 10;
/** How far from a dot (px) one may point. */
const REACH = 22;

const hrefOf = (dot: PlotDot) => `/incidents/${encodeURIComponent(dot.incidentId)}`;

/**
 * Every recovery as a dot: when, how long (logarithmic), by which lever. Pointing at a dot tells of it
 * and a click opens its incident; with the keyboard, the arrows go through the dots in the order of
 * time and Enter opens.
 */
export function DotPlot({
  dots,
  from,
  to,
  now,
  before,
}: {
  dots: readonly PlotDot[];
  from: number;
  to: number;
  now: RecoverySummary;
  before: RecoverySummary;
}) {
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [index, setIndex] = useState(dots.length - 1);
  const [isFocused, setFocused] = useState(false);
  const [pointed, setPointed] = useState<PlacedDot | null>(null);
  const [isTouch, setTouch] = useState(false);
  const plot = useMemo(() => {
    if (width === null) return null;
    const size = { width, height: HEIGHT, left: 52, right: width < 620 ? 6 : 112 };
    const all = dots.map(({ ms }) => ms);
    const shortest = all.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
    const longest = all.reduce((most, ms) => Math.max(most, ms), now.p90?.high ?? 0);
    const durations = durationTicks(Math.max(1, shortest), longest);
    const y = durationScale(durations, HEIGHT - FOOT - 6, TOP);
    const dates = dateScale(from, to, size.left + INSET, width - size.right - INSET);
    const placed = dots.map((dot) => ({ ...dot, x: dates.x(dot.at), y: y(dot.ms) }));
    const ticks = dates.ticks(Math.max(3, Math.floor((width - size.left - size.right) / 90)));
    return { size, durations, y, x: dates.x, ticks, placed };
  }, [dots, from, to, now, width]);

  const at = Math.min(Math.max(0, index), dots.length - 1);
  const focused = plot?.placed[at] ?? null;
  const shown = pointed ?? (isFocused ? focused : null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || focused === null) return;
    event.preventDefault();
    router.push(hrefOf(focused));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (plot === null || box.current === null) return;
    const { left, top } = box.current.getBoundingClientRect();
    const place = { x: event.clientX - left, y: event.clientY - top };
    setPointed(nearestDot(plot.placed, place, REACH));
    setTouch(event.pointerType === "touch");
  };
  return (
    <div
      ref={box}
      className="relative mx-3.5 my-2 rounded-md has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
      style={{ height: HEIGHT }}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerMove}
      onPointerLeave={(event) => {
        // A finger that is lifted has read nothing yet.
        if (event.pointerType !== "touch") setPointed(null);
      }}
    >
      <input
        type="range"
        aria-label="Recoveries in the order of time"
        aria-valuetext={focused ? dotInWords(focused) : ""}
        aria-describedby="dot-plot-keys"
        min={1}
        max={Math.max(1, dots.length)}
        step={1}
        value={at + 1}
        onChange={(event) => setIndex(Number(event.target.value) - 1)}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className="pointer-events-none absolute inset-x-0 top-0 m-0 h-full w-full opacity-0"
      />
      {plot ? (
        <>
          <PlotFrame
            size={plot.size}
            x={plot.x}
            y={plot.y}
            durations={plot.durations}
            dates={plot.ticks}
            now={now}
          />
          <DotLayer dots={plot.placed} width={plot.size.width} height={HEIGHT} />
          {dots.length > 1 ? (
            <PlotLevels size={plot.size} y={plot.y} now={now} before={before} />
          ) : null}
        </>
      ) : null}
      {shown && plot ? (
        <>
          <Link
            href={hrefOf(shown)}
            prefetch={false}
            tabIndex={-1}
            aria-hidden="true"
            className={`absolute size-6 -translate-1/2 rounded-full border-2 border-focus ${isTouch ? "pointer-events-none" : ""}`}
            style={{ left: shown.x, top: shown.y }}
          />
          <DotCard
            dot={shown}
            href={isTouch ? hrefOf(shown) : null}
            width={plot.size.width}
            height={HEIGHT}
          />
        </>
      ) : null}
    </div>
  );
}
