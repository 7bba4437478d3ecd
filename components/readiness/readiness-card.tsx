import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import type { ReadinessRow } from "@/lib/contracts/recovery";
import { ReadinessState } from "./readiness-state";
import { COLUMN_GROUPS, COLUMNS, countsOf } from "./readiness-words";

/** One service: each column with its state and the sentence that says how that is known. */
export function ReadinessCard({ row }: { row: ReadinessRow }) {
  const { service, title, mayBeDrilled, cells } = row;
  return (
    <div id={`service-${service}`} className="scroll-mt-4">
      <Panel
        title={title}
        aside={countsOf(cells)}
        actions={
          mayBeDrilled ? (
            <Link
              href={`/incidents/new?drill=on&service=${encodeURIComponent(service)}`}
              className="inline-flex min-h-7 items-center rounded-[7px] border border-edge px-2.5 text-meta font-medium hover:bg-sunken"
            >
              Hold a drill
              <span className="sr-only"> on {title}</span>
            </Link>
          ) : (
            <span className="text-meta text-ink-3">may not be drilled</span>
          )
        }
      >
        {[COLUMN_GROUPS.restoring, COLUMN_GROUPS.freezing].map((names, index) => (
          <dl
            key={names[0]}
            className={`grid gap-px overflow-hidden bg-line ${index > 0 ? "border-t border-line" : ""} last:rounded-b-[10px] sm:grid-cols-2 ${index > 0 ? "xl:grid-cols-4" : "xl:grid-cols-5"}`}
          >
            {names.map((name) => (
              <div key={name} className="bg-surface px-3.5 py-2.5">
                <dt className="flex items-center justify-between gap-2">
                  <span className="font-medium">{COLUMNS[name]}</span>
                  <ReadinessState state={cells[name].state} />
                </dt>
                <dd className="mt-0.5 text-meta wrap-anywhere text-ink-2">
                  {cells[name].sentence}
                </dd>
              </div>
            ))}
          </dl>
        ))}
      </Panel>
    </div>
  );
}
