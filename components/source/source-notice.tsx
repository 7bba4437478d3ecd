"use client";
import { useQuery } from "@tanstack/react-query";
import { clockTime } from "@/components/clock/duration";
import { queries } from "@/lib/browser/queries";
import type { SourceState } from "@/lib/contracts/source";

/** What a silent source means for what is shown: "github unreachable since 14:02. Showing 13:58." */
export function silenceInWords(source: SourceState): string {
  const since = source.silentSince ? ` since ${clockTime(source.silentSince, false)}` : "";
  const shown = source.knownAt
    ? `Showing ${clockTime(source.knownAt, false)} UTC.`
    : "Nothing was ever read from it.";
  return `${source.name} unreachable${since}. ${shown}`;
}

/**
 * Names the sources in place that are silent, or not read for the first time yet; nothing when all
 * answer. `among` narrows it to some.
 */
export function SourceNotice({ among }: { among?: string[] }) {
  const sources = useQuery(queries.sources());
  const ours = (sources.data ?? []).filter(({ name }) => !among || among.includes(name));
  const silent = ours.filter(({ status }) => status === "silent");
  const starting = ours.filter(({ status }) => status === "starting");
  if (silent.length + starting.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 rounded-lg bg-warn-soft px-3.5 py-2 text-meta">
      {silent.map((source) => (
        <li key={source.name}>
          <span aria-hidden="true" className="me-1.5 font-bold text-warn">
            !
          </span>
          {silenceInWords(source)} {source.problem ? `${source.problem}` : ""}
        </li>
      ))}
      {starting.map(({ name }) => (
        <li key={name}>{name} is being read for the first time. What it knows is still missing.</li>
      ))}
    </ul>
  );
}
