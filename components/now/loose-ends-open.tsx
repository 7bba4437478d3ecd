"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import { freezeQueries } from "@/lib/browser/freeze-queries";
import type { LooseEnd } from "@/lib/contracts/loose-end";

/** What keeps incidents from being resolved, by incident, in the order in which they come. */
export function endsByIncident(ends: readonly LooseEnd[]): [string, LooseEnd[]][] {
  const all = new Map<string, LooseEnd[]>();
  // A freeze is told by the banner, and resolving thaws it.
  const blocking = ends.filter(({ blocksResolving }) => blocksResolving);
  for (const end of blocking) all.set(end.incidentId, [...(all.get(end.incidentId) ?? []), end]);
  return [...all];
}

/** What incidents that aren't over have left open; nothing at all when none has. */
export function LooseEndsOpen() {
  const { data } = useQuery(freezeQueries.looseEnds());
  const incidents = endsByIncident(data ?? []);
  if (incidents.length === 0) return null;
  return (
    <Panel title="Loose ends" aside="of incidents that aren’t over">
      <ul>
        {incidents.map(([incidentId, ends]) => (
          <li
            key={incidentId}
            className="relative flex flex-wrap items-center gap-x-3 border-b border-line px-3.5 py-2 last:border-b-0 hover:bg-sunken"
          >
            <Link
              href={`/incidents/${encodeURIComponent(incidentId)}#loose-ends`}
              className="font-medium whitespace-nowrap before:absolute before:inset-0"
            >
              {incidentId}: {ends.length} {ends.length === 1 ? "loose end" : "loose ends"}
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
