"use client";
import { plannedTime, runningTime } from "./duration";
import { useNow } from "./use-now";

/**
 * Time since a moment, counting while `until` is null; in words once it is over, where "12:41" could be
 * taken for a time of day. Not announced: it changes every second.
 */
export function Elapsed({ since, until }: { since: string; until: string | null }) {
  const now = useNow();
  const begin = Date.parse(since);
  return (
    <span role="timer" aria-live="off" className="tabular-nums">
      {until ? plannedTime(Date.parse(until) - begin) : now ? runningTime(now - begin) : "–"}
    </span>
  );
}
