import type { Glyph } from "./lane-marker";

/**
 * Square for a deploy, sliders for configuration, flag, ring for a merge, speech for people; a flake for a
 * freeze, an arrow back for what was undone.
 */
export function LaneGlyph({ lane }: { lane: Glyph }) {
  return (
    <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true" className="shrink-0">
      {lane === "Deploys" ? (
        <rect x="-5" y="-5" width="10" height="10" rx="2" fill="currentColor" />
      ) : null}
      {lane === "Configuration" ? (
        <path
          d="M-5.5-3h11M-5.5 3h11M-2.5-5.5v5M2.5 .5v5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      ) : null}
      {lane === "Flags" ? (
        <path
          d="M-4 6V-5.5H5.5L3-2.3 5.5 1H-4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      ) : null}
      {lane === "Merges" ? (
        <circle r="4.2" fill="none" stroke="currentColor" strokeWidth="1.9" />
      ) : null}
      {lane === "Freeze" || lane === "Undone" ? (
        <path
          d={
            lane === "Freeze"
              ? "M0-6v12M-5.2-3 5.2 3M-5.2 3 5.2-3"
              : "M-5.5-1.5H2a3.4 3.4 0 0 1 0 6.8h-3M-2-5-5.5-1.5-2 2"
          }
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      ) : null}
      {lane === "People" ? <path d="M-5.5-4.5h11v7.5H0L-3 6V3h-2.5Z" fill="currentColor" /> : null}
    </svg>
  );
}
