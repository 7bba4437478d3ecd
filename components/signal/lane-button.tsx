"use client";
import { type ToggleEvent, useId, useRef, useState } from "react";
import { Time } from "@/components/clock/time";
import type { Cluster } from "./cluster-markers";
import { LaneGlyph } from "./lane-glyph";
import type { LaneMarker, MarkerTone } from "./lane-marker";

const tones: Record<MarkerTone, string> = {
  plain: "text-ink-2",
  faint: "text-ink-3",
  suspect: "text-accent font-semibold",
  ours: "text-good font-semibold",
};
const MARGIN = 8;

function place(popover: HTMLElement, anchor: DOMRect): void {
  const box = popover.getBoundingClientRect();
  const left = Math.min(anchor.left, window.innerWidth - box.width - MARGIN);
  const below = anchor.bottom + 4;
  const fits = below + box.height + MARGIN < window.innerHeight;
  popover.style.left = `${Math.max(MARGIN, left)}px`;
  popover.style.top = `${fits ? below : Math.max(MARGIN, anchor.top - box.height - 4)}px`;
}

/** One place in a lane: a glyph, a label if there is room, and a popover listing what happened. */
export function LaneButton({
  cluster,
  top,
  isTabStop,
  onOpenChange,
}: {
  cluster: Cluster<LaneMarker>;
  top: number;
  isTabStop: boolean;
  onOpenChange: (id: string) => void;
}) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { lead, members, flips, room, text } = cluster;
  const more = members.length - 1;
  const isLabelled = room > 34;
  const onToggle = (event: ToggleEvent<HTMLElement>) => {
    if (event.newState !== "open" || !button.current) return;
    place(event.currentTarget, button.current.getBoundingClientRect());
  };
  return (
    <li
      className="absolute"
      style={
        flips ? { right: `calc(100% - ${cluster.x + 12}px)`, top } : { left: cluster.x - 12, top }
      }
    >
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        data-marker
        tabIndex={isTabStop ? 0 : -1}
        className={`flex h-6 items-center rounded text-meta ${flips ? "flex-row-reverse" : ""} ${tones[lead.tone]}`}
      >
        <span className="relative grid size-6 shrink-0 place-items-center">
          <LaneGlyph lane={lead.glyph} />
          {more > 0 && !isLabelled ? (
            <span className="absolute -end-0.5 -top-0.5 rounded-full bg-surface px-0.5 text-[0.625rem] leading-3 font-semibold">
              {members.length}
            </span>
          ) : null}
        </span>
        <span
          className={isLabelled ? "truncate bg-surface px-0.5" : "sr-only"}
          style={isLabelled ? { maxWidth: room } : undefined}
        >
          {text}
        </span>
      </button>
      <div
        id={id}
        popover="auto"
        onBeforeToggle={(event) => setOpen(event.newState === "open")}
        onToggle={onToggle}
        className="fixed inset-auto m-0 max-h-80 w-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border border-edge bg-surface p-1.5 text-ink shadow-lg"
      >
        <ul>
          {(isOpen ? members : []).map((member) => (
            <li key={member.id} className="rounded-md px-2 py-1.5">
              <p className="font-medium whitespace-normal">{member.title}</p>
              <p className="flex flex-wrap items-center gap-x-2 text-meta text-ink-2">
                <Time at={new Date(member.at).toISOString()} />
                {member.by ? <span>{member.by}</span> : null}
                {member.changeId ? (
                  <button
                    type="button"
                    className="ms-auto min-h-6 text-accent underline underline-offset-2"
                    onClick={() => onOpenChange(member.changeId ?? "")}
                  >
                    Details
                  </button>
                ) : null}
              </p>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
