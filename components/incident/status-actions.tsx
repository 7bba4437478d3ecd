"use client";
import { openEnds } from "@/components/loose-end/open-ends";
import { Button } from "@/components/ui/button";
import { ProblemError, sentenceOf } from "@/lib/browser/api";
import type { IncidentView } from "@/lib/contracts/incident";
import { useCorrect } from "./use-correct";

/** What may be done with the status now: said by people, or taken back by them. */
export function StatusActions({ view }: { view: IncidentView }) {
  const { incident } = view;
  const correct = useCorrect(incident, "Status changed.");
  const to = (status: "declared" | "restored" | "resolved") => () => correct.send({ status });
  const blocking = openEnds(view.looseEnds).filter(({ blocksResolving }) => blocksResolving).length;
  const { error } = correct;
  const isRefused = error instanceof ProblemError && error.problem.code === "loose-ends";
  const toEnds = "min-h-6 content-center font-medium text-ink underline underline-offset-2";
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
          {blocking > 0 ? (
            <a href="#loose-ends" className={`text-meta ${toEnds}`}>
              {blocking} loose {blocking === 1 ? "end" : "ends"}
            </a>
          ) : null}
        </>
      ) : null}
      {incident.status === "resolved" ? (
        <Button size="small" disabled={correct.isPending} onClick={to("declared")}>
          Open again
        </Button>
      ) : null}
      {error ? (
        <p role="alert" className="order-last basis-full text-meta">
          {sentenceOf(error)}{" "}
          {isRefused ? (
            <a href="#loose-ends" className={toEnds}>
              Go to them
            </a>
          ) : null}
        </p>
      ) : null}
    </>
  );
}
