"use client";
import Link from "next/link";
import { useState } from "react";
import { DrillTag } from "@/components/incident/drill-tag";
import { Severity } from "@/components/severity/severity";
import { Button } from "@/components/ui/button";
import { ColumnHeads } from "@/components/ui/column-heads";
import { ScrollBox } from "@/components/ui/scroll-box";
import type { PlotDot } from "@/lib/browser/pack-dots";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";
import { spanOf } from "./duration-words";
import { LeverMark } from "./lever-mark";
import { momentOf } from "./period-words";

const PAGE = 100;

/** The plot as a table, the newest first, a hundred at a time. */
export function DotTable({ dots }: { dots: readonly PlotDot[] }) {
  const [shown, setShown] = useState(PAGE);
  const rows = dots.slice(Math.max(0, dots.length - shown)).reverse();
  return (
    <>
      <ScrollBox label="Recoveries as a table">
        <table className="grid-table">
          <ColumnHeads
            names={["Incident", "Took", "Lever", "Severity", "Services", "Declared (UTC)"]}
          />
          <tbody>
            {rows.map((dot) => (
              <tr key={dot.incidentId} className="*:whitespace-nowrap">
                <th scope="row">
                  <Link
                    href={`/incidents/${encodeURIComponent(dot.incidentId)}`}
                    prefetch={false}
                    className="text-accent underline underline-offset-2"
                  >
                    {dot.incidentId}
                  </Link>{" "}
                  <DrillTag incident={dot} />
                </th>
                <td className="font-semibold">{spanOf(dot.ms)}</td>
                <td>
                  <LeverMark lever={dot.lever} /> {LEVER_NAMES[dot.lever]}
                </td>
                <td>
                  <Severity grade={dot.severity} isLive={false} />
                </td>
                <td>{dot.services.join(", ")}</td>
                <td>{momentOf(dot.at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <div className="flex items-center gap-3 border-t border-line px-3.5 py-2.5 text-ink-2">
        {rows.length} of {dots.length}
        {rows.length < dots.length ? (
          <Button size="small" onClick={() => setShown(shown + PAGE)}>
            Older
          </Button>
        ) : null}
      </div>
    </>
  );
}
