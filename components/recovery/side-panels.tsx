"use client";
import type { ReactNode } from "react";
import type { AdviceRecord, RecoveryView } from "@/lib/contracts/recovery";
import { wilsonInterval } from "@/lib/rules/wilson-interval";
import { DefinedPanel } from "./defined-panel";
import { shareOf } from "./duration-words";

function Share({ name, hits, of, what }: { name: string; hits: number; of: number; what: string }) {
  const interval = wilsonInterval(hits, of);
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4">
      <dt className="text-ink-2">{name}</dt>
      <dd>
        {interval ? (
          <>
            <b className="font-semibold">{shareOf(hits / of)}</b>{" "}
            <span className="text-ink-3">
              ({shareOf(interval.low).replace(" %", "")}–{shareOf(interval.high)}) {hits} of {of}{" "}
              {what}
            </span>
          </>
        ) : (
          <span className="text-ink-3">none of none</span>
        )}
      </dd>
    </div>
  );
}

/** How often the recommended lever was pulled, and how often it then helped. */
export function AdvicePanel({ advice, actions }: { advice: AdviceRecord; actions: ReactNode }) {
  return (
    <DefinedPanel title="Recommendations" defines={["advice"]} actions={actions}>
      {advice.given === 0 ? (
        <p className="px-3.5 py-3 text-ink-2">
          No lever was pulled with a recommendation on screen in this period.
        </p>
      ) : (
        <dl className="flex flex-col gap-1.5 px-3.5 py-3">
          <Share name="Followed" hits={advice.followed} of={advice.given} what="pulled levers" />
          <Share name="Right when followed" hits={advice.right} of={advice.followed} what="" />
        </dl>
      )}
    </DefinedPanel>
  );
}

/** What was left behind most often. */
export function LooseEndsPanel({
  looseEnds,
  actions,
}: {
  looseEnds: RecoveryView["looseEnds"];
  actions: ReactNode;
}) {
  const most = looseEnds[0]?.n ?? 1;
  return (
    <DefinedPanel title="Most frequent loose ends" defines={["loose-ends"]} actions={actions}>
      {looseEnds.length === 0 ? (
        <p className="px-3.5 py-3 text-ink-2">Nothing was left behind in this period.</p>
      ) : (
        <ul className="flex flex-col gap-1.5 px-3.5 py-3">
          {looseEnds.map(({ kind, label, n }) => (
            <li
              key={kind}
              className="grid grid-cols-[minmax(0,1fr)_6rem_2.5rem] items-center gap-2"
            >
              {label}
              <span aria-hidden="true" className="h-2.5 rounded-xs">
                <span className="block h-full bg-edge" style={{ width: `${(n / most) * 100}%` }} />
              </span>
              <b className="text-end font-semibold">{n}</b>
            </li>
          ))}
        </ul>
      )}
    </DefinedPanel>
  );
}

/** How long deliveries were held back, and of which services. */
export function FreezePanel({
  freezeHours,
  actions,
}: {
  freezeHours: RecoveryView["freezeHours"];
  actions: ReactNode;
}) {
  const { hours, why, services = [] } = freezeHours;
  return (
    <DefinedPanel title="Freeze hours" defines={["freeze-hours"]} actions={actions}>
      <div className="flex flex-col gap-1.5 px-3.5 py-3">
        <p>
          {hours ? <b className="font-semibold">{hoursOf(hours)} </b> : null}
          <span className="text-ink-2">{why}</span>
        </p>
        {services.length > 0 ? (
          <ul className="flex max-h-64 flex-col gap-1.5 overflow-y-auto">
            {services.map(({ service, title, hours: ofService }) => (
              <li key={service} className="flex flex-wrap justify-between gap-x-4">
                {title}
                <span>{hoursOf(ofService)}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </DefinedPanel>
  );
}

function hoursOf(hours: number): string {
  return hours < 0.1 ? "under 0.1 h" : `${Math.round(hours * 10) / 10} h`;
}
