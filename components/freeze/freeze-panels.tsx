"use client";
import { Time } from "@/components/clock/time";
import { useNow } from "@/components/clock/use-now";
import { HoldList } from "@/components/hold/hold-list";
import { Panel } from "@/components/ui/panel";
import type { Freeze } from "@/lib/contracts/freeze";
import type { IncidentView } from "@/lib/contracts/incident";
import { isOn } from "@/lib/rules/freeze-holds";
import { frozenInWords } from "@/lib/rules/freeze-words";
import { AllowedList } from "./allowed-list";
import { FreezePanel } from "./freeze-panel";
import { HeldList } from "./held-list";

const END = {
  ...{ hand: "thawed", expiry: "expired", resolved: "thawed by resolving" },
  "not-done": "gone with what it was made for, which changed nothing,",
} as const;

function OverPanel({ freeze }: { freeze: Freeze }) {
  const { id, services, createdAt, until, thawedAt, thawedBy, thawedBecause, holds } = freeze;
  const left = holds.filter(({ state }) => state !== "released");
  return (
    <details open={left.length > 0} className="border-b border-line last:border-b-0">
      <summary className="min-h-9 px-3.5 py-2 text-ink-2">
        {id} froze {frozenInWords(services)} from <Time at={createdAt} only="absolute" />,{" "}
        {thawedBecause ? END[thawedBecause] : "expired"}{" "}
        <Time at={thawedAt ?? until} only="absolute" />
        {thawedBy ? ` by ${thawedBy}` : ""}
        {left.length > 0 ? `; ${left.length} not let go yet` : ""}
      </summary>
      <HoldList holds={holds} />
      <HeldList freeze={freeze} />
      <AllowedList allowed={freeze.allowed} />
    </details>
  );
}

/** The freezes of an incident: those that are on in full, those that are over folded away. */
export default function FreezePanels({ view }: { view: IncidentView }) {
  const now = useNow();
  const at = (freeze: Freeze) => new Date(now ?? freeze.createdAt);
  const on = view.freezes.filter((freeze) => isOn(freeze, at(freeze)));
  const over = view.freezes.filter((freeze) => !on.includes(freeze));
  return (
    <div id="freezes" className="flex min-w-0 scroll-mt-4 flex-col gap-3">
      {on.map((freeze) => (
        <FreezePanel key={freeze.id} freeze={freeze} view={view} />
      ))}
      {over.length > 0 ? (
        <Panel title={over.length === 1 ? "A freeze that is over" : "Freezes that are over"}>
          {over.map((freeze) => (
            <OverPanel key={freeze.id} freeze={freeze} />
          ))}
        </Panel>
      ) : null}
    </div>
  );
}
