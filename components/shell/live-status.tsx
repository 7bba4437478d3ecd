"use client";
import { useLiveState } from "./live-provider";

/** Says when live updates are paused, and what the page does instead. Room is taken only then. */
export function LiveStatus() {
  const state = useLiveState();
  return (
    <div role="status">
      {state === "paused" ? (
        <p className="border-b border-line bg-warn-soft px-4 py-1.5 text-meta text-ink">
          <span aria-hidden="true" className="me-1.5 font-bold text-warn">
            !
          </span>
          Live updates paused, reading every 5 s.
        </p>
      ) : null}
    </div>
  );
}
