"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import { useAction } from "@/components/action/use-action";
import { clockTime } from "@/components/clock/duration";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { usePageState } from "@/components/ui/use-page-state";
import { queries } from "@/lib/browser/queries";
import type { IncidentView } from "@/lib/contracts/incident";
import { ChartCanvas } from "./chart-canvas";
import { LEFT, RIGHT } from "./chart-plot";
import { formatSignal } from "./format-signal";
import { changeMarker, entryMarker, lanes } from "./lane-marker";
import { lastValue } from "./last-hour";
import { timeScale } from "./time-scale";
import { useWidth } from "./use-width";

const ChartTable = lazy(() => import("./chart-table"));

const MINUTE = 60_000;
/** Minutes before harm that are shown, by the word in the address. */
const windows = { "30m": 30, "1h": 60, "3h": 180, "12h": 720 } as const;
const NARROWEST = 680;
const ASSUMED = 1_120;
/** Room for the words at the onset (px). */
const LABEL_WIDTH = 140;

/** The signal with every Change and everything people did on one axis. */
export function SignalChart({
  view,
  suspectIds,
}: {
  view: IncidentView;
  /** Ids of the changes of the chosen suspect. */
  suspectIds: string[];
}) {
  const { incident } = view;
  const [page, setPage] = usePageState();
  const withSignal = view.services.filter((service) => service.signal);
  const service = withSignal.find((each) => each.name === page.get("signal")) ?? withSignal[0];
  const asked = page.get("window") as keyof typeof windows;
  const minutes = windows[asked] ?? windows["1h"];
  const isTable = page.get("view") === "table";
  const harmBegan = Date.parse(incident.harmBeganAt);
  const ended = incident.resolvedAt;
  const from = harmBegan - minutes * MINUTE;
  const fromIso = new Date(from).toISOString();
  const toIso = ended ? new Date(Date.parse(ended) + 5 * MINUTE).toISOString() : null;
  const signal = useQuery({
    ...queries.signal(service?.name ?? "", { from: fromIso, to: toIso }),
    enabled: service !== undefined,
    placeholderData: (before) => before,
  });
  const series = signal.data ?? null;
  const last = series?.points.at(-1)?.[0] ?? 0;
  const to = Math.max(last, Date.parse(toIso ?? view.to), harmBegan + 5 * MINUTE);

  const box = useRef<HTMLDivElement>(null);
  const measured = useWidth(box);
  const width = Math.max(NARROWEST, measured ?? ASSUMED);
  const x = useMemo(
    () => timeScale(from, to + (to - from) * 0.02, LEFT, width - RIGHT),
    [from, to, width],
  );
  const markers = useMemo(() => {
    const chosen = new Set(suspectIds);
    const changes = view.changes.map((change) => changeMarker(change, chosen, harmBegan));
    return [
      ...changes,
      ...view.entries.filter((entry) => entry.kind !== "harm").map(entryMarker),
    ].filter((marker) => marker.at >= from && marker.at <= to);
  }, [view.changes, view.entries, suspectIds, harmBegan, from, to]);
  const head = markers.find((marker) => marker.id === suspectIds[0]);

  // A narrow screen opens at the harm, not an hour before it; again when its width becomes another.
  const opened = useRef<number | null>(null);
  const harmAt = x(harmBegan);
  useEffect(() => {
    if (!box.current || measured === null || opened.current === measured) return;
    opened.current = measured;
    box.current.scrollLeft = Math.max(0, harmAt - Math.max(LABEL_WIDTH, measured * 0.3));
  }, [harmAt, measured]);

  const turn = useCallback(() => setPage({ view: isTable ? null : "table" }), [isTable, setPage]);
  useAction({
    id: "chart-table",
    label: isTable ? "Show the chart" : "Show the chart as a table",
    group: "This incident",
    keys: "c",
    run: turn,
  });
  const restored = view.restorations.find((each) => each.state === "verified" && !each.putBackBy);
  const goodFrom = restored?.goodSince ?? incident.restoredAt;
  const latest = lastValue(series);
  const unit = series?.spec.unit ?? "count";

  return (
    <Panel
      title="Signal and changes"
      aside={
        <>
          {series ? `${series.spec.title} · ` : ""}
          {series?.problem
            ? `${series.spec.source} is silent: ${series.knownAt ? `showing ${clockTime(series.knownAt)}` : "nothing known"}`
            : latest === null
              ? "no value yet"
              : `${formatSignal(latest, unit)}, threshold ${formatSignal(series?.spec.threshold ?? 0, unit)}`}
        </>
      }
      actions={
        <>
          {withSignal.length > 1 ? (
            <select
              aria-label="Service whose signal is shown"
              className="field text-meta"
              value={service?.name}
              onChange={(event) => setPage({ signal: event.target.value })}
            >
              {withSignal.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.title}
                </option>
              ))}
            </select>
          ) : null}
          <select
            aria-label="Time before harm"
            className="field text-meta"
            value={asked in windows ? asked : "1h"}
            onChange={(event) => setPage({ window: event.target.value })}
          >
            {Object.keys(windows).map((word) => (
              <option key={word} value={word}>
                from {word.replace("m", " min").replace("h", " h")} before
              </option>
            ))}
          </select>
          <Button size="small" aria-pressed={isTable} keycap="C" onClick={turn}>
            Table
          </Button>
        </>
      }
    >
      {signal.isError && !series ? (
        <ProblemNotice error={signal.error} retry={() => void signal.refetch()} />
      ) : null}
      {service ? null : (
        <p className="px-3.5 pt-2 text-ink-2">
          None of the affected services has a signal, so recovery can't be verified by itself.
        </p>
      )}
      {isTable ? (
        <Suspense fallback={null}>
          <ChartTable markers={markers} series={series} />
        </Suspense>
      ) : null}
      <ChartCanvas
        box={box}
        isHidden={isTable}
        label={`Chart: ${series?.spec.title ?? "signal"}, ${latest === null ? "no value" : formatSignal(latest, unit)} now; harm began ${clockTime(incident.harmBeganAt)} UTC; ${markers.length} events. Press C for a table.`}
        lanes={lanes}
        markers={markers}
        series={series}
        width={width}
        from={from}
        to={to}
        x={x}
        harmFrom={harmBegan}
        harmTo={goodFrom ? Date.parse(goodFrom) : to}
        links={head ? [head.at] : []}
        isOver={toIso !== null || series?.problem != null}
      />
    </Panel>
  );
}
