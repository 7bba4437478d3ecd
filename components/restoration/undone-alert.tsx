"use client";
import { useEffect, useState } from "react";
import { alertNow } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { InlinePress } from "@/components/lever/inline-press";
import { useMayAct } from "@/components/lever/use-may-act";
import { useOpenLever } from "@/components/lever/use-open-lever";
import { Button } from "@/components/ui/button";
import { OpenedHere } from "@/components/ui/opened-here";
import type { IncidentView } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import { standingUndone } from "./standing-undone";

/** What was undone longer ago isn't news to who opens the page. */
const NEWS_MS = 120_000;

function Alert({ restoration, view }: { restoration: Undone; view: IncidentView }) {
  const { undone, label, suspectId, target, lever, id } = restoration;
  const { mayAct } = useMayAct();
  const openLever = useOpenLever();
  const [isInline, setInline] = useState(false);
  useEffect(() => {
    const isNews = Date.now() - Date.parse(undone.at) < NEWS_MS;
    if (isNews) alertNow(`${label}: ${undone.sentence}`);
  }, [undone.at, undone.sentence, label]);
  const isListed = view.suspects.some((suspect) => suspect.id === suspectId);
  const pullAgain = () => {
    if (isListed && suspectId !== null) openLever(suspectId, lever);
    else setInline(true);
  };
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3.5 py-2.5 not-first:border-t not-first:border-line">
      <div className="min-w-0 flex-1 basis-60 wrap-anywhere">
        <p>
          <span aria-hidden="true" className="me-1.5 font-bold text-warn">
            !
          </span>
          <b className="font-semibold">{undone.sentence}</b>
        </p>
        <p className="text-ink-2">
          {label} ({id}) no longer holds, since <Time at={undone.at} />
          {undone.by ? `; it was ${undone.by}` : "; who it was isn’t known"}.
        </p>
      </div>
      {mayAct && !isInline ? (
        <Button look="primary" onClick={pullAgain}>
          Pull again<span className="sr-only">: {label}</span>
        </Button>
      ) : null}
      {isInline ? (
        <OpenedHere label={`Pull again: ${label}`}>
          <InlinePress
            {...{ target, suspectId, incidentId: view.incident.id }}
            onPulled={() => setInline(false)}
          />
        </OpenedHere>
      ) : null}
    </li>
  );
}

type Undone = Restoration & { undone: NonNullable<Restoration["undone"]> };

/** Restorations that somebody took back: what happened, who did it, and the way to pull again. */
export default function UndoneAlert({ view }: { view: IncidentView }) {
  const standing = standingUndone(view.restorations);
  const isOver = view.incident.status === "resolved" || view.incident.status === "reviewed";
  if (standing.length === 0 || isOver) return null;
  return (
    <section aria-label="Undone" className="rounded-[10px] border border-warn bg-warn-soft">
      <ul>
        {standing.map((restoration) => (
          <Alert key={restoration.id} restoration={restoration} view={view} />
        ))}
      </ul>
    </section>
  );
}
