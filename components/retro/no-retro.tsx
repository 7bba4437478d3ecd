"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMayAct } from "@/components/lever/use-may-act";
import { PageHead } from "@/components/ui/page-head";
import { queries } from "@/lib/browser/queries";
import { DraftButton } from "./draft-button";

/** An incident that has no retro yet: what one is, and the press that drafts it. */
export function NoRetro({ id, sentence }: { id: string; sentence: string }) {
  const { mayAct, refusal } = useMayAct();
  const { data } = useQuery(queries.incident(id));
  const isOver = data !== undefined && data.incident.restoredAt !== null;
  return (
    <>
      <PageHead title={`Retro of ${id}`} />
      <section className="panel flex max-w-2xl flex-col items-start gap-2 p-4">
        <p className="font-medium">{sentence}</p>
        <p className="text-ink-2">
          A retro is drafted from what was recorded: how long customers were hurt, where the time
          went, the levers and what the others would have cost, and the timeline. The team writes
          the rest together.
        </p>
        {mayAct && isOver ? <DraftButton incidentId={id} isPrimary /> : null}
        {mayAct ? null : <p className="text-ink-2">{refusal}</p>}
        <Link
          href={`/incidents/${encodeURIComponent(id)}`}
          className="underline decoration-line underline-offset-2"
        >
          Go to the incident
        </Link>
      </section>
    </>
  );
}
