"use client";
import { Panel } from "@/components/ui/panel";
import type { IncidentView } from "@/lib/contracts/incident";
import { ClosedRow, OpenRow } from "./loose-end-row";
import { openEnds } from "./open-ends";

/** What the Restorations and freezes of an incident left open, with what closes it; closed ones folded. */
export default function LooseEndPanel({ view }: { view: IncidentView }) {
  const open = openEnds(view.looseEnds);
  const closed = view.looseEnds.filter((end) => !open.includes(end));
  const blocking = open.filter(({ blocksResolving }) => blocksResolving).length;
  const some = blocking < open.length ? `${blocking} of ${open.length}` : blocking;
  return (
    <div id="loose-ends" tabIndex={-1} className="scroll-mt-4 -outline-offset-2">
      <Panel
        title="Loose ends"
        aside={
          open.length === 0
            ? "nothing is open"
            : blocking === 0
              ? `${open.length} open, nothing keeps it from being resolved`
              : `${some} to close or waive before it can be resolved`
        }
      >
        {open.length > 0 ? (
          <ul aria-label="Open">
            {open.map((end) => (
              <OpenRow key={end.key} end={end} view={view} />
            ))}
          </ul>
        ) : null}
        {closed.length > 0 ? (
          <details className="not-first:border-t not-first:border-line">
            <summary className="min-h-9 content-center px-3.5 text-ink-2">
              {closed.length} closed or waived
            </summary>
            <ul aria-label="Closed or waived">
              {closed.map((end) => (
                <ClosedRow key={end.key} end={end} />
              ))}
            </ul>
          </details>
        ) : null}
      </Panel>
    </div>
  );
}
