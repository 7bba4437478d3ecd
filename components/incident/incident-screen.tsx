"use client";
import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { lazy, Suspense, useMemo } from "react";
import { ChangeOpener } from "@/components/change/change-opener";
import { LeverCardPanel } from "@/components/lever/lever-card-panel";
import { LogPanel } from "@/components/log/log-panel";
import { loadRestorations } from "@/components/restoration/load-restorations";
import { isOpen } from "@/components/restoration/order-restorations";
import { SignalChart } from "@/components/signal/signal-chart";
import { SourceNotice } from "@/components/source/source-notice";
import { SuspectList } from "@/components/suspect/suspect-list";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { usePageState } from "@/components/ui/use-page-state";
import { queries } from "@/lib/browser/queries";
import type { IncidentView } from "@/lib/contracts/incident";
import type { Suspect } from "@/lib/contracts/suspect";
import { IncidentSkeleton } from "./incident-skeleton";
import { IncidentStrip } from "./incident-strip";
import { useIsNarrow } from "./use-is-narrow";

const RestorationList = lazy(loadRestorations);
// Each loaded where there is something of its kind.
const UndoneAlert = lazy(() => import("@/components/restoration/undone-alert"));
const FreezePanels = lazy(() => import("@/components/freeze/freeze-panels"));
const LooseEndPanel = lazy(() => import("@/components/loose-end/loose-end-panel"));
const EvidencePanel = lazy(() => import("@/components/evidence/evidence-panel"));

function Levers({ view, suspect }: { view: IncidentView; suspect: Suspect | undefined }) {
  if (!suspect) {
    return (
      <Panel title="Restore">
        <Empty title="No lever is recommended.">
          Nothing that changed could have caused this, so there is nothing to go back on. Any
          revision can still be chosen on the page of its service.
        </Empty>
      </Panel>
    );
  }
  const rank = view.suspects.indexOf(suspect) + 1;
  return <LeverCardPanel incidentId={view.incident.id} suspect={suspect} rank={rank} />;
}

/** The one screen of an incident: what is broken, what changed, what can be done, did it work. */
export function IncidentScreen({ id }: { id: string }) {
  const incident = useQuery(queries.incident(id));
  const [page] = usePageState();
  const path = usePathname();
  const isNarrow = useIsNarrow();
  const view = incident.data;
  const asked = page.get("suspect");
  const suspect = view?.suspects.find((each) => each.id === asked) ?? view?.suspects[0];
  const chosenIds = useMemo(() => suspect?.changeIds ?? [], [suspect]);
  if (!view) {
    return incident.isError ? (
      <section className="panel">
        <h1 className="px-3.5 pt-3 text-title">{id} can't be shown</h1>
        <ProblemNotice error={incident.error} retry={() => void incident.refetch()} />
      </section>
    ) : (
      <IncidentSkeleton />
    );
  }
  const hrefOf = (suspectId: string) => {
    const words = new URLSearchParams(page);
    words.set("suspect", suspectId);
    return `${path}?${words.toString()}`;
  };
  const { restorations } = view;
  const isOver = view.incident.status !== "declared";
  const isFolded = restorations.some(isOpen) || (isOver && restorations.length > 0);
  const levers = <Levers view={view} suspect={suspect} />;
  const chart = <SignalChart key="chart" view={view} suspectIds={chosenIds} />;
  const suspects = (
    <SuspectList key="suspects" view={view} chosen={suspect?.id ?? null} hrefOf={hrefOf} />
  );
  const ways = (
    <div key="ways" id="levers" className="flex min-w-0 scroll-mt-4 flex-col gap-3">
      {restorations.length > 0 ? (
        <Suspense fallback={null}>
          <RestorationList restorations={restorations} />
        </Suspense>
      ) : null}
      {/* One and the same, folded or not: what has the focus in it isn't drawn anew. */}
      <details open={!isFolded}>
        <summary className={isFolded ? "flex min-h-9 items-center px-1 text-ink-2" : "hidden"}>
          The other levers for this suspect
        </summary>
        {levers}
      </details>
      {/* Each waits for its own script alone: a hidden panel loses the focus that is in it. */}
      <Suspense fallback={null}>
        {view.freezes.length > 0 ? <FreezePanels view={view} /> : null}
      </Suspense>
      <Suspense fallback={null}>
        {view.looseEnds.length > 0 ? <LooseEndPanel view={view} /> : null}
      </Suspense>
      <Suspense fallback={null}>
        {restorations.length > 0 ? <EvidencePanel incidentId={id} /> : null}
      </Suspense>
    </div>
  );
  const act = (
    <div
      key="act"
      className="grid items-start gap-3 lg:grid-cols-[minmax(17rem,20rem)_minmax(0,1fr)]"
    >
      {isNarrow && restorations.length > 0 ? [ways, suspects] : [suspects, ways]}
    </div>
  );
  return (
    <>
      <IncidentStrip view={view} />
      {incident.isError ? (
        <ProblemNotice error={incident.error} className="rounded-lg bg-warn-soft" />
      ) : null}
      <SourceNotice />
      {restorations.some(({ undone }) => undone) ? (
        <Suspense fallback={null}>
          <UndoneAlert view={view} />
        </Suspense>
      ) : null}
      {/* On a phone what can be done comes before the picture of what happened. */}
      {isNarrow ? [act, chart] : [chart, act]}
      <LogPanel view={view} />
      <ChangeOpener />
    </>
  );
}
