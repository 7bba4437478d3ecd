"use client";
import { Time } from "@/components/clock/time";
import { LaneGlyph } from "@/components/signal/lane-glyph";
import { glyphOf, restorationOf } from "@/components/signal/lane-marker";
import { usePageState } from "@/components/ui/use-page-state";
import type { Change } from "@/lib/contracts/change";

/** Changes as a table, newest first; each opens to its detail. */
export function ChangeTable({
  changes,
  hasServices = true,
}: {
  changes: Change[];
  /** Whether the services of each are shown; not on the page of one. */
  hasServices?: boolean;
}) {
  const [, setPage] = usePageState();
  return (
    <table className="grid-table">
      <thead className="sr-only">
        <tr>
          <th scope="col">What</th>
          <th scope="col">When (UTC)</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.id}>
            <td>
              <span className="flex items-start gap-2">
                <span className="mt-[3px] text-ink-2">
                  <LaneGlyph lane={glyphOf[change.kind]} />
                </span>
                <span className="min-w-0">
                  <span className="sr-only">
                    {change.kind === "config" ? "configuration" : change.kind}:{" "}
                  </span>
                  <button
                    type="button"
                    onClick={() => setPage({ change: change.id })}
                    className="min-h-6 text-start underline decoration-line decoration-1 underline-offset-2 hover:decoration-current"
                  >
                    {change.title}
                  </button>{" "}
                  <span className="text-ink-3">
                    {[
                      ...(hasServices ? change.services : []),
                      restorationOf(change) ? `restoration ${restorationOf(change)}` : null,
                    ]
                      .filter(Boolean)
                      .join(", ")}
                  </span>
                </span>
              </span>
            </td>
            <td className="w-px text-end text-ink-2 sm:whitespace-nowrap">
              <Time at={change.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
