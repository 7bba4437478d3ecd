"use client";
import Link from "next/link";
import type { KeyboardEvent } from "react";
import { ChangeLinks } from "@/components/change/change-links";
import { Time } from "@/components/clock/time";
import { LaneGlyph } from "@/components/signal/lane-glyph";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import type { IncidentView } from "@/lib/contracts/incident";

const laneOf = { deploy: "Deploys", config: "Deploys", flag: "Flags", merge: "Merges" } as const;

/** J, K and the arrows move the focus over the links of a list; Enter opens, as links do. */
export function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || event.metaKey || event.ctrlKey || event.altKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-item]")];
  const here = document.activeElement;
  const index = all.findIndex((each) => each === here || each.contains(here));
  const next = all[Math.min(all.length - 1, Math.max(0, index + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The suspects of an incident, ranked, each with its evidence. The chosen one is in the address. */
export function SuspectList({
  view,
  chosen,
  hrefOf,
}: {
  view: IncidentView;
  chosen: string | null;
  hrefOf: (suspectId: string) => string;
}) {
  const changes = new Map(view.changes.map((change) => [change.id, change]));
  return (
    <Panel
      title="Suspects"
      aside={`${view.changes.length} ${view.changes.length === 1 ? "change" : "changes"} looked at`}
    >
      {view.suspects.length === 0 ? (
        <Empty title="Nothing plausible changed.">
          No change to the affected services came before harm in this window. Look at what they
          depend on, at traffic, or correct the start of harm.
        </Empty>
      ) : (
        <ol data-keys onKeyDown={moveInList}>
          {view.suspects.map((suspect, index) => {
            const isChosen = suspect.id === chosen;
            const head = changes.get(suspect.id);
            return (
              <li
                key={suspect.id}
                data-chosen={isChosen}
                className={`relative grid grid-cols-[1rem_minmax(0,1fr)] gap-2 border-b border-line px-3.5 py-2.5 last:rounded-b-[9px] last:border-b-0 ${
                  isChosen
                    ? "bg-accent-soft before:absolute before:inset-y-0 before:start-0 before:w-[3px] before:rounded-bs-[inherit] before:bg-accent"
                    : "hover:bg-sunken"
                }`}
              >
                <span aria-hidden="true" className="text-ink-3">
                  {index + 1}
                </span>
                <div className="min-w-0">
                  <Link
                    data-item
                    href={hrefOf(suspect.id)}
                    replace
                    scroll={false}
                    aria-current={isChosen ? "true" : undefined}
                    className={`flex items-start gap-1.5 before:absolute before:inset-0 ${isChosen ? "font-semibold" : "font-medium"}`}
                  >
                    {head ? (
                      <span className="mt-[3px] text-ink-2">
                        <LaneGlyph lane={laneOf[head.kind]} />
                      </span>
                    ) : null}
                    <span className="min-w-0">{suspect.title}</span>
                  </Link>
                  <ul className="mt-0.5 flex flex-col text-meta text-ink-2">
                    {suspect.evidence.map(({ sentence: reason }) => (
                      <li key={reason}>{reason}</li>
                    ))}
                  </ul>
                  <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-meta text-ink-3">
                    {head ? <Time at={head.at} /> : null}
                    <ChangeLinks ids={suspect.changeIds} changes={changes} />
                  </p>
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}
