"use client";
import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { evidenceQueries } from "@/lib/browser/evidence-queries";
import type { EvidenceView, KeptEvidence } from "@/lib/contracts/kept-evidence";
import { EvidenceRow } from "./evidence-row";
import { sizeInWords } from "./size-words";

/** Restorations in the order of the list, each with what was kept of it. */
function byRestoration({ kept, underWay }: EvidenceView): [id: string, kept: KeptEvidence[]][] {
  const ids = new Set([...underWay, ...kept.map(({ restorationId }) => restorationId)]);
  return [...ids].map((id) => [id, kept.filter(({ restorationId }) => restorationId === id)]);
}

/** "12 things, 340 kB, 2 couldn't be kept" */
function inWords(kept: readonly KeptEvidence[]): string {
  const missing = kept.filter(({ bytes, problem }) => bytes === 0 && problem !== null).length;
  const things = kept.length - missing;
  const bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  return [
    `${things} ${things === 1 ? "thing" : "things"}, ${sizeInWords(bytes)}`,
    ...(missing > 0 ? [`${missing} couldn’t be kept`] : []),
  ].join(", ");
}

function Kept({ id, kept, isUnderWay }: { id: string; kept: KeptEvidence[]; isUnderWay: boolean }) {
  const { mayAct } = useMayAct();
  const [first] = kept;
  return (
    <details className="border-b border-line last:border-b-0">
      <summary className="min-h-9 px-3.5 py-2">
        {id}: {inWords(kept)}
        {isUnderWay ? <span className="text-ink-3"> · more is being kept</span> : null}
      </summary>
      <ul aria-label={`Kept of ${id}`} className="border-t border-line">
        {kept.map((one) => (
          <EvidenceRow key={one.id} one={one} mayRead={mayAct} />
        ))}
      </ul>
      {first ? (
        <p className="border-t border-line px-3.5 py-2 text-meta text-ink-3">
          Taken at <Time at={first.takenAt} only="absolute" />, masked where it looked secret,
          deleted at <Time at={first.keptUntil} only="absolute" />.{" "}
          {mayAct
            ? "Who reads it is written down."
            : "It may be about customers: a responder can read it."}
        </p>
      ) : null}
    </details>
  );
}

/** What was kept when levers were pulled, because it may go. Takes no room while there is nothing. */
export default function EvidencePanel({ incidentId }: { incidentId: string }) {
  const { data, isError, error, refetch } = useQuery(evidenceQueries.ofIncident(incidentId));
  if (!data) {
    return isError ? (
      <section className="panel">
        <ProblemNotice error={error} retry={() => void refetch()} />
      </section>
    ) : null;
  }
  const restorations = byRestoration(data);
  if (restorations.length === 0) return null;
  return (
    <Panel title="What was kept" aside="as it was when a lever was pulled">
      {restorations.map(([id, kept]) => (
        <Kept key={id} id={id} kept={kept} isUnderWay={data.underWay.includes(id)} />
      ))}
    </Panel>
  );
}
