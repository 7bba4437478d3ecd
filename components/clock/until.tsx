"use client";
import { clockTime, dayAndTime, shortTime } from "./duration";
import { useNow } from "./use-now";

/** A moment to come: absolute in UTC, and how long until then once hydrated. */
export function Until({ at, className = "" }: { at: string; className?: string }) {
  const now = useNow();
  const left = now === null ? null : Date.parse(at) - now;
  const isNear = left === null || left < 18 * 3_600_000;
  return (
    <time dateTime={at} title={`${dayAndTime(at)} UTC`} className={`tabular-nums ${className}`}>
      <span className="whitespace-nowrap">
        {isNear ? clockTime(at, false) : dayAndTime(at).slice(0, -3)} UTC
      </span>
      {left === null ? null : (
        <>
          {" "}
          <span className="whitespace-nowrap text-ink-3">
            · {left > 0 ? `in ${shortTime(left)}` : "now"}
          </span>
        </>
      )}
    </time>
  );
}
