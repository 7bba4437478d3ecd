import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import type { SignalSeries } from "@/lib/contracts/signal";
import { formatSignal, isHarm } from "./format-signal";
import type { LaneMarker } from "./lane-marker";

function valueAt(series: SignalSeries | null, at: number): number | null {
  const before = series?.points.findLast(([moment, value]) => moment <= at && value !== null);
  return before?.[1] ?? null;
}

/** The chart in words: what happened, when, and what the signal was then. Newest first. */
export default function ChartTable({
  markers,
  series,
}: {
  markers: LaneMarker[];
  series: SignalSeries | null;
}) {
  const rows = [...markers].sort((a, b) => b.at - a.at);
  return (
    <section
      aria-label="Signal and changes as a table"
      className="relative overflow-x-auto scroll-cue"
    >
      <table className="grid-table">
        <ColumnHeads
          names={["When (UTC)", "Lane", "What", `${series?.spec.title ?? "Signal"} then`]}
        />
        <tbody>
          {rows.map((row) => {
            const value = valueAt(series, row.at);
            return (
              <tr key={row.id}>
                <td>
                  <Time at={new Date(row.at).toISOString()} />
                </td>
                <td>{row.glyph}</td>
                <td>{row.title}</td>
                <td className="whitespace-nowrap">
                  {series && value !== null
                    ? `${formatSignal(value, series.spec.unit)}${isHarm(value, series.spec) ? ", harm" : ""}`
                    : "unknown"}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
