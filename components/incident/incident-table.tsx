"use client";
import Link from "next/link";
import { plannedTime } from "@/components/clock/duration";
import { Time } from "@/components/clock/time";
import { useNow } from "@/components/clock/use-now";
import { Severity } from "@/components/severity/severity";
import { moveInList } from "@/components/suspect/move-in-list";
import type { Incident } from "@/lib/contracts/incident";
import { DrillTag } from "./drill-tag";
import { Status } from "./status";

/** Incidents in rows; J and K move, Enter opens. */
export function IncidentTable({ incidents }: { incidents: Incident[] }) {
  return (
    <ul data-keys onKeyDown={moveInList}>
      {incidents.map((incident) => (
        <li
          key={incident.id}
          className="relative flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2 last:border-b-0 hover:bg-sunken"
        >
          <span className="w-16">
            <Severity
              grade={incident.severity}
              isLive={incident.status === "declared" && !incident.isDrill}
            />
          </span>
          <Link
            data-item
            href={`/incidents/${encodeURIComponent(incident.id)}`}
            className="min-w-0 flex-1 basis-56 font-medium before:absolute before:inset-0"
          >
            <bdi>{incident.title}</bdi>{" "}
            <span className="font-normal whitespace-nowrap text-ink-3">{incident.id}</span>{" "}
            <DrillTag incident={incident} />
          </Link>
          <span className="text-ink-2">{incident.services.join(", ")}</span>
          <span className="w-24">
            <Status status={incident.status} />
          </span>
          <span className="text-ink-3 sm:w-72 sm:text-end">
            {harmWords(incident)} <Lasted incident={incident} />
            {", declared "}
            <Time at={incident.declaredAt} only="relative" />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** In words, as among times of day "12:41" could be taken for one of them. */
function Lasted({ incident }: { incident: Incident }) {
  const now = useNow();
  const end = incident.restoredAt ? Date.parse(incident.restoredAt) : now;
  return end === null ? "–" : plannedTime(Math.max(0, end - Date.parse(incident.harmBeganAt)));
}

/** Nobody is hurt in a drill. */
function harmWords({ isDrill, status }: Incident): string {
  if (isDrill) return status === "declared" ? "going on for" : "took";
  return status === "declared" ? "harm for" : "harm lasted";
}
