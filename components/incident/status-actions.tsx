"use client";
import { Button } from "@/components/ui/button";
import { sentenceOf } from "@/lib/browser/api";
import type { Incident } from "@/lib/contracts/incident";
import { useCorrect } from "./use-correct";

/** What may be done with the status now: said by people, or taken back by them. */
export function StatusActions({ incident }: { incident: Incident }) {
  const correct = useCorrect(incident, "Status changed.");
  const to = (status: "declared" | "restored" | "resolved") => () => correct.send({ status });
  return (
    <>
      {incident.status === "declared" ? (
        <Button size="small" disabled={correct.isPending} onClick={to("restored")}>
          Mark restored
        </Button>
      ) : null}
      {incident.status === "restored" ? (
        <>
          <Button size="small" disabled={correct.isPending} onClick={to("declared")}>
            Still broken
          </Button>
          <Button size="small" disabled={correct.isPending} onClick={to("resolved")}>
            Resolve
          </Button>
        </>
      ) : null}
      {incident.status === "resolved" ? (
        <Button size="small" disabled={correct.isPending} onClick={to("declared")}>
          Open again
        </Button>
      ) : null}
      {correct.error ? (
        <p role="alert" className="basis-full text-meta">
          {sentenceOf(correct.error)}
        </p>
      ) : null}
    </>
  );
}
