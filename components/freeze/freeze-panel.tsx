"use client";
import { Until } from "@/components/clock/until";
import { HoldList } from "@/components/hold/hold-list";
import { isLeaking } from "@/components/hold/hold-words";
import { RevertPress } from "@/components/lever/revert-press";
import { Panel } from "@/components/ui/panel";
import type { Freeze } from "@/lib/contracts/freeze";
import type { IncidentView } from "@/lib/contracts/incident";
import { frozenInWords } from "@/lib/rules/freeze-words";
import { waitingOf } from "@/lib/rules/thaw-warning";
import { AllowedList } from "./allowed-list";
import { FreezeActions } from "./freeze-actions";
import { FreezeGlyph } from "./freeze-glyph";
import { HeldList } from "./held-list";
import { waitingInWords } from "./waiting-in-words";

/** How much of it holds, in a few words. */
function holdsInWords({ holds }: Freeze): string {
  const leaking = holds.filter(isLeaking).length;
  const held = holds.filter(({ state }) => state === "held").length;
  return leaking === 0 ? `${held} held` : `${held} held, ${leaking} not held`;
}

/** The reverts that Restorations left to be opened. */
function revertsOf({ looseEnds }: IncidentView) {
  const all = looseEnds.flatMap(({ actions, closedAt }) =>
    closedAt === null ? actions.filter((action) => action.kind === "revert") : [],
  );
  return [...new Map(all.map((one) => [`${one.target.repository}#${one.target.number}`, one]))];
}

/** A freeze that is on: until when, what waiting costs, what is held where, what waits, what may pass. */
export function FreezePanel({ freeze, view }: { freeze: Freeze; view: IncidentView }) {
  const { id, services, reason, by, until, restorationId, renewals, cost, holds } = freeze;
  const waiting = waitingOf(freeze);
  const isAllHeld = !holds.some(isLeaking);
  const reverts = cost?.suggestsRevert ? revertsOf(view) : [];
  return (
    <Panel
      title={`Deliveries of ${frozenInWords(services)} are frozen`}
      aside={
        <>
          until <Until at={until} />
        </>
      }
      actions={<FreezeActions freeze={freeze} />}
    >
      <div className="flex flex-col items-start gap-1 border-b border-line px-3.5 py-2">
        <p className="wrap-anywhere text-ink-2">
          <FreezeGlyph /> {id} by {by}
          {restorationId ? ` with ${restorationId}` : ""}
          {renewals > 0 ? `, renewed ${renewals === 1 ? "once" : `${renewals} times`}` : ""}:{" "}
          {reason}
        </p>
        {cost ? <p>{cost.sentence}</p> : null}
        {reverts.length > 0 ? (
          <div className="flex w-full flex-wrap gap-2">
            {reverts.map(([key, action]) => (
              <RevertPress key={key} action={action} view={view} />
            ))}
          </div>
        ) : null}
      </div>
      <details open={!isAllHeld}>
        <summary className="min-h-9 content-center border-b border-line px-3.5">
          {holdsInWords(freeze)}
          <span className="text-ink-3">, each asked and looked at again</span>
        </summary>
        <HoldList holds={holds} />
      </details>
      <details open={waiting > 0}>
        <summary className="min-h-9 content-center border-t border-line px-3.5">
          {waitingInWords(waiting)}
        </summary>
        <HeldList freeze={freeze} />
      </details>
      <AllowedList allowed={freeze.allowed} />
    </Panel>
  );
}
