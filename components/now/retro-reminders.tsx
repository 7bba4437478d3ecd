"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import { retroQueries } from "@/lib/browser/retro-queries";

const MOST = 5;

/** Incidents whose retro is late, the longest overdue first; nothing at all when none is. */
export function RetroReminders() {
  const { data } = useQuery(retroQueries.reminders());
  if (!data || data.length === 0) return null;
  return (
    <Panel title="Retros that are due" aside={data.length > MOST ? `${data.length}` : undefined}>
      <ul>
        {data.slice(0, MOST).map(({ incident, sentence }) => (
          <li
            key={incident.id}
            className="relative flex flex-wrap items-center gap-x-3 border-b border-line px-3.5 py-2 last:border-b-0 hover:bg-sunken"
          >
            <Link
              href={`/retros/${encodeURIComponent(incident.id)}`}
              className="min-w-0 flex-1 basis-56 font-medium before:absolute before:inset-0"
            >
              <bdi>{incident.title}</bdi>{" "}
              <span className="font-normal whitespace-nowrap text-ink-3">{incident.id}</span>
            </Link>
            <span className="text-ink-2">{sentence}</span>
          </li>
        ))}
      </ul>
      {data.length > MOST ? (
        <p className="border-t border-line px-3.5 py-2">
          <Link href="/retros" className="underline underline-offset-2">
            All retros
          </Link>
        </p>
      ) : null}
    </Panel>
  );
}
