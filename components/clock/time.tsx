"use client";
import { clockTime, dayAndTime, shortTime } from "./duration";
import { useNow } from "./use-now";

/**
 * A moment: absolute in UTC and relative, together. The relative part appears after hydration, so
 * that server and browser draw the same first picture. `only` leaves one of them to the tooltip.
 */
export function Time({
  at,
  only,
  className = "",
}: {
  at: string;
  only?: "absolute" | "relative";
  className?: string;
}) {
  const now = useNow();
  const age = now === null ? null : now - Date.parse(at);
  const today = age === null || Math.abs(age) < 18 * 3_600_000;
  const absolute = today ? clockTime(at) : dayAndTime(at);
  const relative = age === null ? null : age < -1_000 ? "soon" : `${shortTime(age)} ago`;
  return (
    <time dateTime={at} title={`${dayAndTime(at)} UTC`} className={`tabular-nums ${className}`}>
      {only === "relative" ? (
        (relative ?? absolute)
      ) : (
        <>
          <span className="whitespace-nowrap">{absolute}</span>
          {only === undefined && relative ? (
            <>
              {" "}
              <span className="whitespace-nowrap text-ink-3">· {relative}</span>
            </>
          ) : null}
        </>
      )}
    </time>
  );
}
