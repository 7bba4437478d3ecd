"use client";
import { announce } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { useReadFreezesAgain } from "@/components/freeze/use-read-freezes-again";
import { useMayAct } from "@/components/lever/use-may-act";
import { Button } from "@/components/ui/button";
import { ReasonForm } from "@/components/ui/reason-form";
import { useOpened } from "@/components/ui/use-opened";
import { freezeApi } from "@/lib/browser/freeze-api";
import type { IncidentView } from "@/lib/contracts/incident";
import type { LooseEnd, LooseEndAction } from "@/lib/contracts/loose-end";
import { LooseEndActionPress } from "./loose-end-action-press";

/** Each action by what it acts on: two of them may be of one kind. */
function keyOf(action: LooseEndAction): string {
  switch (action.kind) {
    case "thaw":
      return action.freezeId;
    case "resume":
      return action.holdId;
    case "put-back":
      return action.restorationId;
    case "revert":
      return `${action.target.repository}#${action.target.number}`;
    case "look":
      return action.url;
    default:
      return action satisfies never;
  }
}

/** One that is open: since when, what closes it, and the way to leave it open with a reason. */
export function OpenRow({ end, view }: { end: LooseEnd; view: IncidentView }) {
  const { mayAct } = useMayAct();
  const readAgain = useReadFreezesAgain();
  const waiving = useOpened();
  const { id } = view.incident;
  return (
    <li className="border-b border-line px-3.5 py-2 last:border-b-0">
      <p className="wrap-anywhere">
        <span aria-hidden="true" className="me-1.5 font-bold text-warn">
          ○
        </span>
        {end.sentence}{" "}
        <span className="text-ink-3">
          since <Time at={end.openedAt} only="absolute" />
          {end.blocksResolving ? "" : "; resolving ends it"}
        </span>
      </p>
      <div className="mt-1 flex flex-wrap items-start gap-2">
        {end.actions.map((action) => (
          <LooseEndActionPress
            key={`${action.kind} ${keyOf(action)}`}
            action={action}
            view={view}
            mayAct={mayAct}
          />
        ))}
        {mayAct && end.blocksResolving && !waiving.isOpen ? (
          <Button ref={waiving.opener} size="small" look="quiet" onClick={waiving.open}>
            Waive…<span className="sr-only"> {end.sentence}</span>
          </Button>
        ) : null}
      </div>
      {waiving.isOpen ? (
        <ReasonForm
          question="Why it may stay open"
          placeholder="Who looks after it, and where that is written down"
          label="Waive it"
          onLeave={waiving.close}
          send={async (reason) => {
            try {
              await freezeApi.waive(id, end.key, { reason });
              announce("Waived. It no longer keeps the incident from being resolved.");
              waiving.close();
            } finally {
              readAgain();
            }
          }}
        />
      ) : null}
    </li>
  );
}

/** One that is closed, by whom; or waived, with who said so and why. */
export function ClosedRow({ end }: { end: LooseEnd }) {
  const { sentence, closedAt, closedBy, waived } = end;
  return (
    <li className="border-b border-line px-3.5 py-2 wrap-anywhere text-ink-2 last:border-b-0">
      <span
        aria-hidden="true"
        className={`me-1.5 font-bold ${closedAt ? "text-good" : "text-ink-3"}`}
      >
        {closedAt ? "✓" : "–"}
      </span>
      {sentence}{" "}
      <span className="text-ink-3">
        {closedAt ? (
          <>
            closed <Time at={closedAt} only="absolute" />
            {closedBy ? ` by ${closedBy}` : ""}
          </>
        ) : waived ? (
          <>
            waived <Time at={waived.at} only="absolute" /> by {waived.by}: {waived.reason}
          </>
        ) : null}
      </span>
    </li>
  );
}
