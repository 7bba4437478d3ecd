"use client";
import { runningTime } from "./duration";
import { useNow } from "./use-now";

/** Time since a moment, counting while `until` is null. Not announced: it changes every second. */
export function Elapsed({ since, until }: { since: string; until: string | null }) {
  const now = useNow();
  const end = until === null ? now : Date.parse(until);
  return (
    <span role="timer" aria-live="off" className="tabular-nums">
      {end === null ? "–" : runningTime(end - Date.parse(since))}
    </span>
  );
}
