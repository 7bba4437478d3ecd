"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import { freezeQueries } from "@/lib/browser/freeze-queries";
import type { LooseEnd } from "@/lib/contracts/loose-end";

/** Loose ends by the incident whose they are, in the order in which they come. */
export function endsByIncident(ends: readonly LooseEnd[]): [string, LooseEnd[]][] {
  const all = new Map<string, LooseEnd[]>();
  for (const end of ends) all.set(end.incidentId, [...(all.get(end.incidentId) ?? []), end]);
  return [...all];
}

/** What incidents that aren't over have left open; nothing at all when none has. */
export function LooseEndsOpen() {
  const { data } = useQuery(freezeQueries.looseEnds());
  if (!data || data.length === 0) return null;
  return (
    <Panel title="Loose ends" aside="of incidents that aren’t over">
      <ul>
        {endsByIncident(data).map(([incidentId, ends]) => (
          <li
            key={incidentId}
            className="relative flex flex-wrap items-center gap-x-3 border-b border-line px-3.5 py-2 last:border-b-0 hover:bg-sunken"
          >
            <Link
              href={`/incidents/${encodeURIComponent(incidentId)}#loose-ends`}
              className="font-medium whitespace-nowrap before:absolute before:inset-0"
            >
              {incidentId}: {ends.length} open
            </Link>
            <span className="min-w-0 flex-1 basis-56 wrap-anywhere text-ink-2">
              {ends[0]?.sentence}
              {ends.length > 1 ? ` And ${ends.length - 1} more.` : ""}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
