"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { ChangeOpener } from "@/components/change/change-opener";
import { Severity } from "@/components/severity/severity";
import type { RecoveryPicture } from "@/lib/browser/pack-dots";
import type { RecoveryFilter } from "@/lib/browser/recovery-period";
import { exportHref } from "@/lib/browser/recovery-queries";
import type { RecoveryGroup, RestoredBy } from "@/lib/contracts/recovery";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";
import { DeliveryPanel } from "./delivery-panel";
import { DotPanel } from "./dot-panel";
import { ExportLinks } from "./export-links";
import { LeverMark } from "./lever-mark";
import { isMeasure } from "./measure-words";
import { RecoveryAnswer } from "./recovery-answer";
import { AdvicePanel, FreezePanel, LooseEndsPanel } from "./side-panels";
import { SplitTable } from "./split-table";

const DeliveryRowsDialog = lazy(() => import("./delivery-rows-dialog"));

const isLever = (key: string): key is RestoredBy => key in LEVER_NAMES;
const leverMark = ({ key }: RecoveryGroup) => (isLever(key) ? <LeverMark lever={key} /> : null);
const gradeOf = (key: string) => (key === "1" ? 1 : key === "2" ? 2 : key === "3" ? 3 : 4);

/** The panels of the history, from the answer to what it was computed from. */
export function RecoveryBody({
  view,
  filter,
  words,
  hrefWith,
  change,
  nothing,
}: {
  view: RecoveryPicture;
  filter: RecoveryFilter;
  words: URLSearchParams;
  hrefWith: (next: Record<string, string | null>) => string;
  change: (next: Record<string, string | null>) => void;
  /** What stands in the place of plot and splits when nothing was restored. */
  nothing: ReactNode;
}) {
  const { groups } = view;
  const files = (table: string, what: string) => (
    <ExportLinks
      what={what}
      href={(format) => exportHref(filter, { from: view.from, to: view.to }, table, format)}
    />
  );
  const measure = words.get("measure");
  const of = words.get("of") ?? filter.service;
  return (
    <>
      {view.dots !== "" ? (
        <>
          <RecoveryAnswer groups={groups} isEverything={filter.period === "all"} />
          <DotPanel
            view={view}
            isEverything={filter.period === "all"}
            isTable={words.get("view") === "table"}
            turn={() => change({ view: words.get("view") === "table" ? null : "table" })}
            actions={files("incidents", "Recoveries")}
          />
          <SplitTable
            title="Where the time goes"
            head="Phase"
            groups={groups.phase}
            defines={["phases", "median", "ratio"]}
            note="Bars are medians, all from one line. Each phase has its own middle recovery, so the medians don’t add up to the median of the whole."
            actions={files("groups", "Phases and all other groups")}
          />
          <SplitTable
            title="By lever"
            head="Lever"
            groups={groups.lever}
            mark={leverMark}
            actions={files("groups", "Levers and all other groups")}
          />
          <SplitTable
            title="By service"
            head="Service"
            groups={groups.service}
            note="An incident that hurt several services counts for each of them."
            actions={files("groups", "Services and all other groups")}
          />
          <SplitTable
            title="By severity"
            head="Severity"
            groups={groups.severity.map((group) => ({ ...group, label: "" }))}
            mark={({ key }) => <Severity grade={gradeOf(key)} isLive={false} />}
            actions={files("groups", "Severities and all other groups")}
          />
        </>
      ) : (
        <div className="panel">{nothing}</div>
      )}
      <DeliveryPanel
        filter={filter}
        hrefOf={({ name, service }) => hrefWith({ measure: name, of: service })}
        onOpen={(href) => window.history.pushState(null, "", href)}
        actions={files("delivery", "Delivery measures")}
      />
      {view.dots !== "" || view.freezeHours.hours ? (
        <div className="grid gap-3 lg:grid-cols-3">
          <AdvicePanel advice={view.advice} actions={files("advice", "Recommendations")} />
          <LooseEndsPanel looseEnds={view.looseEnds} actions={files("loose-ends", "Loose ends")} />
          <FreezePanel
            freezeHours={view.freezeHours}
            actions={files("freeze-hours", "Freeze hours")}
          />
        </div>
      ) : null}
      <div className="flex items-center gap-1.5 text-meta text-ink-3">
        Every definition {files("definitions", "Every definition")}
      </div>
      {isMeasure(measure) && of ? (
        <Suspense fallback={null}>
          <DeliveryRowsDialog
            of={{ measure, service: of, from: view.from, to: view.to }}
            onClose={() => change({ measure: null, of: null })}
            onOpen={(id) => change({ change: id, measure: null, of: null })}
          />
        </Suspense>
      ) : null}
      <ChangeOpener />
    </>
  );
}
