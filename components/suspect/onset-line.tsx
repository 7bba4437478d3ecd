"use client";
import { actionRegistry } from "@/components/action/action-registry";
import { clockTime } from "@/components/clock/duration";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import type { IncidentView } from "@/lib/contracts/incident";

/** Moments closer than this are the same to whoever reads them. */
const SAME_MS = 60_000;

/** When harm began as suspects are judged by it, how well that is known, and how to correct it. */
export function OnsetLine({ view }: { view: IncidentView }) {
  const { incident, onset, examined } = view;
  const { mayAct } = useMayAct();
  const iso = (ms: number) => new Date(ms).toISOString();
  const isElsewhere = Math.abs(onset.at - Date.parse(incident.harmBeganAt)) > SAME_MS;
  const correct = () => actionRegistry.byId("correct")?.run();
  return (
    <div className="border-b border-line px-3.5 py-2 text-meta text-ink-2">
      <p>
        Judged by harm from{" "}
        <b className="font-semibold text-ink">
          <Time at={iso(onset.at)} only="absolute" />
        </b>{" "}
        UTC, between {clockTime(iso(onset.earliest))} and {clockTime(iso(onset.latest))}.{" "}
        {onset.sentence}
        {isElsewhere ? ` The incident says ${clockTime(incident.harmBeganAt)}.` : ""}
        {mayAct ? (
          <>
            {" "}
            <button
              type="button"
              onClick={correct}
              className="min-h-6 text-accent underline underline-offset-2"
            >
              Correct it
            </button>
          </>
        ) : null}
      </p>
      {examined.at === null && incident.status === "declared" ? (
        <p className="text-ink-3">Signals are being read; until then it is time and place alone.</p>
      ) : null}
      {examined.problems.map(({ service, sentence, readAt }) => (
        <p key={service} className="text-warn">
          <span aria-hidden="true">! </span>
          {service}'s signal {readAt ? `as of ${clockTime(readAt)}` : "isn't known"}: {sentence}
        </p>
      ))}
    </div>
  );
}
