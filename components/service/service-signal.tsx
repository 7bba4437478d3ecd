"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { ChartCanvas } from "@/components/signal/chart-canvas";
import { LEFT, RIGHT } from "@/components/signal/chart-plot";
import { formatSignal, isHarm } from "@/components/signal/format-signal";
import { changeMarker, lanes } from "@/components/signal/lane-marker";
import { lastValue } from "@/components/signal/last-hour";
import { timeScale } from "@/components/signal/time-scale";
import { useWidth } from "@/components/signal/use-width";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { queries } from "@/lib/browser/queries";
import type { Change } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";

const THREE_HOURS_MS = 3 * 3_600_000;
const systemLanes = lanes.filter((lane) => lane !== "People");

/** The signal of a service over the last three hours, with its changes. */
export function ServiceSignal({ service, changes }: { service: Service; changes: Change[] }) {
  const [from] = useState(() => Math.floor((Date.now() - THREE_HOURS_MS) / 300_000) * 300_000);
  const signal = useQuery({
    ...queries.signal(service.name, { from: new Date(from).toISOString(), to: null }),
    enabled: service.signal !== null,
  });
  const box = useRef<HTMLDivElement>(null);
  const measured = useWidth(box);
  const width = Math.max(560, measured ?? 1_120);
  // What matters is now: where the chart is wider than its place, it opens at its end.
  useEffect(() => {
    if (measured !== null && box.current) box.current.scrollLeft = width - measured;
  }, [measured, width]);
  const series = signal.data ?? null;
  const to = Math.max(series?.points.at(-1)?.[0] ?? 0, from + THREE_HOURS_MS);
  const x = useMemo(() => timeScale(from, to, LEFT, width - RIGHT), [from, to, width]);
  const markers = useMemo(
    () =>
      changes
        .map((change) => changeMarker(change, new Set(), Number.POSITIVE_INFINITY))
        .filter((marker) => marker.at >= from && marker.at <= to),
    [changes, from, to],
  );
  if (!service.signal) {
    return (
      <Panel title="Signal">
        <p className="px-3.5 py-3 text-ink-2">
          This service has no signal, so a restoration can't be verified by itself. Add a query and
          a threshold to its configuration.
        </p>
      </Panel>
    );
  }
  const last = lastValue(series);
  const { unit, threshold, title } = service.signal;
  const state =
    last === null
      ? "no value yet"
      : `${formatSignal(last, unit)}, threshold ${formatSignal(threshold, unit)}${isHarm(last, service.signal) ? ": harm" : ""}`;
  return (
    <Panel title="Signal" aside={`${title} · ${state}`}>
      {signal.isError && !series ? (
        <ProblemNotice error={signal.error} retry={() => void signal.refetch()} />
      ) : null}
      <ChartCanvas
        box={box}
        label={`${title} of the last three hours: ${state}`}
        lanes={systemLanes}
        markers={markers}
        series={series}
        width={width}
        from={from}
        to={to}
        x={x}
        harmFrom={Number.POSITIVE_INFINITY}
        harmTo={to}
        links={[]}
      />
    </Panel>
  );
}
