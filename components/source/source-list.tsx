"use client";
import { useQuery } from "@tanstack/react-query";
import { shortTime } from "@/components/clock/duration";
import { useNow } from "@/components/clock/use-now";
import { queries } from "@/lib/browser/queries";
import type { SourceState } from "@/lib/contracts/source";
import { SourceDot } from "./source-dot";

function age(source: SourceState, now: number | null): string {
  if (source.status === "starting") return "starting";
  if (!source.knownAt || now === null) return source.status;
  const old = now - Date.parse(source.knownAt);
  return source.status === "live" && old < 2_000 ? "live" : shortTime(old);
}

/** Each source with the age of what we know from it. */
export function SourceList() {
  const sources = useQuery(queries.sources());
  const now = useNow();
  if (!sources.data) return null;
  return (
    <section aria-label="State of the sources">
      <ul className="text-meta text-ink-2">
        {sources.data.map((source) => (
          <li
            key={source.name}
            title={source.problem ?? `${source.product}, ${source.kind}`}
            className="flex min-h-6 items-center gap-2 px-2"
          >
            <SourceDot status={source.status} />
            <span className="min-w-0 truncate">{source.name}</span>
            <span className="ms-auto whitespace-nowrap text-ink-3 tabular-nums">
              {source.status === "silent" ? "silent " : ""}
              {age(source, now)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
