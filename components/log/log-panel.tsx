"use client";
import { useState } from "react";
import { useMayAct } from "@/components/lever/use-may-act";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { usePageState } from "@/components/ui/use-page-state";
import type { IncidentView } from "@/lib/contracts/incident";
import { logLines } from "./log-lines";
import { LogRow } from "./log-row";

const STEP = 60;

/** What people did and wrote beside what systems did; receipts join with All. */
export function LogPanel({ view }: { view: IncidentView }) {
  const [page, setPage] = usePageState();
  const [shown, setShown] = useState(STEP);
  const { mayWrite } = useMayAct();
  const isAll = page.get("log") === "all";
  const lines = logLines(view, isAll);
  return (
    <Panel
      title="Log"
      actions={
        <fieldset className="flex gap-1.5">
          <legend className="sr-only">Show in the log</legend>
          <Button
            size="small"
            aria-pressed={!isAll}
            className="aria-pressed:bg-sunken aria-pressed:text-ink"
            onClick={() => setPage({ log: null })}
          >
            People and changes
          </Button>
          <Button
            size="small"
            aria-pressed={isAll}
            className="aria-pressed:bg-sunken aria-pressed:text-ink"
            onClick={() => setPage({ log: "all" })}
          >
            All
          </Button>
        </fieldset>
      }
    >
      {lines.length === 0 ? (
        <Empty title="Nothing yet.">Notes, changes and restorations will be kept here.</Empty>
      ) : (
        <table className="grid-table max-sm:block max-sm:[&>tbody]:block">
          <thead className="sr-only">
            <tr>
              <th scope="col">When (UTC)</th>
              <th scope="col">Kind</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, shown).map((line) => (
              <LogRow key={line.id} line={line} incidentId={view.incident.id} mayEdit={mayWrite} />
            ))}
          </tbody>
        </table>
      )}
      {lines.length > shown ? (
        <div className="border-t border-line p-2.5">
          <Button size="small" onClick={() => setShown(shown + STEP)}>
            Show {Math.min(STEP, lines.length - shown)} older of {lines.length - shown}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
