"use client";
import Link from "next/link";
import { lazy, Suspense, useState } from "react";
import { actionRegistry } from "@/components/action/action-registry";
import { useAction } from "@/components/action/use-action";
import { Elapsed } from "@/components/clock/elapsed";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { Severity } from "@/components/severity/severity";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import type { IncidentView } from "@/lib/contracts/incident";
import { DrillTag } from "./drill-tag";
import { Status } from "./status";
import { useCorrect } from "./use-correct";
import { useStatusActions } from "./use-status-actions";

const NoteForm = lazy(() => import("./note-form"));
const CorrectForm = lazy(() => import("./correct-form"));

const harmSaidBy = {
  signal: "from the signal",
  alert: "from the alert",
  person: "said by a person",
  declaration: "as declared",
} as const;

function durationOf({ isDrill, status }: IncidentView["incident"]): string {
  if (isDrill) return status === "declared" ? "drill for" : "drill took";
  return status === "declared" ? "harm for" : "harm lasted";
}

/** What is broken, how long, who leads, and what can be said about it. */
export function IncidentStrip({ view }: { view: IncidentView }) {
  const { incident } = view;
  const [opened, setOpened] = useState<"note" | "correct" | null>(null);
  const { mayAct, name } = useMayAct();
  const takeCommand = useCorrect(incident, "You are the commander.");
  const status = useStatusActions(view);
  const close = () => setOpened(null);
  useAction(
    {
      id: "add-note",
      label: "Add note",
      group: "This incident",
      keys: "n",
      run: () => setOpened("note"),
    },
    mayAct,
  );
  useAction(
    {
      id: "correct",
      label: "Correct title, severity, commander or start of harm",
      group: "This incident",
      run: () => setOpened("correct"),
    },
    mayAct,
  );
  const hasHarm = incident.status === "declared";
  return (
    <div className="flex flex-col gap-1.5 pb-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Severity grade={incident.severity} isLive={hasHarm && !incident.isDrill} />
        <DrillTag incident={incident} />
        <h1 className="min-w-0 text-title max-sm:basis-full max-sm:order-last">{incident.title}</h1>
        <span className="text-ink-3">{incident.id}</span>
        <span className="ms-auto whitespace-nowrap">
          <span className="text-ink-3">{durationOf(incident)}</span>{" "}
          <b className={`text-title font-[620] ${hasHarm ? "" : "text-ink-2"}`}>
            <Elapsed since={incident.harmBeganAt} until={incident.restoredAt} />
          </b>
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-x-3.5 gap-y-1.5 text-ink-2">
        <Status status={incident.status} />
        <span className="flex flex-wrap gap-x-2">
          {incident.services.map((service) => (
            <Link
              key={service}
              href={`/services/${encodeURIComponent(service)}`}
              className="inline-flex min-h-6 items-center underline decoration-line decoration-1 underline-offset-2 hover:decoration-current"
            >
              {service}
            </Link>
          ))}
        </span>
        <span className="text-ink-3">
          from <Time at={incident.harmBeganAt} only="absolute" /> UTC,{" "}
          {harmSaidBy[incident.harmBeganFrom]}
        </span>
        <span>
          Commander{" "}
          {incident.commander ? (
            <b className="font-semibold text-ink">{incident.commander}</b>
          ) : mayAct && name ? (
            <Button
              size="small"
              aria-disabled={takeCommand.isPending}
              onClick={() => takeCommand.send({ commander: name })}
            >
              Take command
            </Button>
          ) : (
            "nobody yet"
          )}
        </span>
        <div className="flex flex-wrap items-center gap-2 md:ms-auto">
          {mayAct ? (
            <>
              {status.actions}
              <Button
                size="small"
                keycap="F"
                aria-keyshortcuts="F"
                onClick={() => actionRegistry.byId("freeze")?.run()}
              >
                Freeze
              </Button>
              <Button size="small" onClick={() => setOpened("correct")}>
                Correct
              </Button>
              <Button
                size="small"
                keycap="N"
                aria-keyshortcuts="N"
                aria-expanded={opened === "note"}
                onClick={() => setOpened("note")}
              >
                Add note
              </Button>
            </>
          ) : null}
          {hasHarm ? null : (
            <Link
              href={`/retros/${encodeURIComponent(incident.id)}`}
              className="inline-flex min-h-7 items-center rounded-[7px] border border-edge px-2.5 text-meta font-medium text-ink hover:bg-sunken"
            >
              Retro
            </Link>
          )}
          <CopyButton
            text={async () => {
              const { incidentSummary } = await import("./incident-summary");
              return incidentSummary(view, Date.now(), window.location.href);
            }}
            said="Summary copied."
          >
            Copy summary
          </CopyButton>
        </div>
      </div>
      {status.refused}
      <Suspense fallback={null}>
        {opened === "note" ? <NoteForm incidentId={incident.id} onDone={close} /> : null}
        {opened === "correct" ? <CorrectForm incident={incident} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
