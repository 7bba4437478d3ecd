"use client";
import { type ReactNode, useState } from "react";
import { openEnds } from "@/components/loose-end/open-ends";
import { Button } from "@/components/ui/button";
import { ProblemError, sentenceOf } from "@/lib/browser/api";
import type { IncidentView } from "@/lib/contracts/incident";
import { useCorrect } from "./use-correct";

const toEnds = "min-h-6 content-center font-medium text-ink underline underline-offset-2";

/**
 * What may be done with the status now: said by people, or taken back by them. Why it was refused is
 * apart, to stand where it moves none of the buttons.
 */
export function useStatusActions(view: IncidentView): { actions: ReactNode; refused: ReactNode } {
  const { incident } = view;
  const correct = useCorrect(incident, "Status changed.");
  const ends = openEnds(view.looseEnds).filter(({ blocksResolving }) => blocksResolving);
  const [pressedAt, setPressedAt] = useState<readonly string[]>([]);
  // Not disabled while it is sent, for then it would lose the focus; a second press sends nothing.
  const to = (status: "declared" | "restored" | "resolved", label: string) => (
    <Button
      size="small"
      aria-disabled={correct.isPending}
      onClick={() => {
        setPressedAt(ends.map(({ key }) => key));
        correct.send({ status });
      }}
    >
      {label}
    </Button>
  );
  const blocking = ends.length;
  const isRefused =
    correct.error instanceof ProblemError && correct.error.problem.code === "loose-ends";
  // A refusal that names what is closed since would be wrong.
  const isPast = isRefused && pressedAt.some((key) => ends.every((one) => one.key !== key));
  const error = isPast ? null : correct.error;
  const actions = (
    <>
      {incident.status === "declared" ? to("restored", "Mark restored") : null}
      {incident.status === "restored" ? (
        <>
          {to("declared", "Still broken")}
          {to("resolved", "Resolve")}
          {blocking > 0 ? (
            <a href="#loose-ends" className={`text-meta ${toEnds}`}>
              {blocking} loose {blocking === 1 ? "end" : "ends"}
            </a>
          ) : null}
        </>
      ) : null}
      {incident.status === "resolved" ? to("declared", "Open again") : null}
    </>
  );
  const refused = error ? (
    <p role="alert" className="text-meta md:text-end">
      {sentenceOf(error)}{" "}
      {isRefused ? (
        <a href="#loose-ends" className={toEnds}>
          Go to them
        </a>
      ) : null}
    </p>
  ) : null;
  return { actions, refused };
}
