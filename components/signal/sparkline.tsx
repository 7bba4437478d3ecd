"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { clockTime } from "@/components/clock/duration";
import type { Service } from "@/lib/contracts/service";
import { formatSignal, isHarm } from "./format-signal";
import { lastHour, lastValue, startOfLastHour } from "./last-hour";
import { signalPath } from "./signal-path";
import { timeScale } from "./time-scale";

const WIDTH = 140;
const HEIGHT = 26;
const HOUR_MS = 3_600_000;

/** The last hour of a service's signal, with its value in words: harm is said, not only coloured. */
export function Sparkline({ service }: { service: Service }) {
  const [from] = useState(startOfLastHour);
  const { signal: spec } = service;
  const { data, isError } = useQuery(lastHour(service, from));
  if (!spec) return <span className="text-ink-3">no signal</span>;
  if (isError && !data) return <span className="text-ink-3">signal unknown</span>;
  if (!data) return <span className="skeleton block h-6 w-36" />;
  const points = data.points;
  const last = lastValue(data);
  const highest = Math.max(
    spec.threshold * 1.5,
    ...points.map(([, value]) => value ?? 0),
    Number.MIN_VALUE,
  );
  const x = timeScale(from, points.at(-1)?.[0] ?? from + HOUR_MS, 1, WIDTH - 3);
  const y = (value: number) => HEIGHT - 2 - (Math.max(0, value) / highest) * (HEIGHT - 4);
  const path = signalPath(points, x, y);
  const hurts = last !== null && isHarm(last, spec);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2.5">
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        <line
          x1="0"
          x2={WIDTH}
          y1={y(spec.threshold)}
          y2={y(spec.threshold)}
          stroke="var(--ink-3)"
          strokeDasharray="2 3"
        />
        <path
          d={path}
          fill="none"
          stroke={hurts ? "var(--harm)" : "var(--ink-2)"}
          strokeWidth="1.5"
        />
      </svg>
      <span className={`whitespace-nowrap ${hurts ? "font-semibold text-harm" : "text-ink-2"}`}>
        {last === null ? "no value" : formatSignal(last, spec.unit)}
        {hurts
          ? `, over ${formatSignal(spec.threshold, spec.unit)}`.replace(
              "over",
              spec.harmWhen === "above" ? "over" : "under",
            )
          : ""}
      </span>
      {data.problem ? (
        <span className="text-meta text-warn">
          silent{data.knownAt ? `, showing ${clockTime(data.knownAt, false)}` : ""}
        </span>
      ) : null}
    </span>
  );
}
