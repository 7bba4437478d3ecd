"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { announce } from "@/components/announcer/announce";
import { clockTime } from "@/components/clock/duration";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import type { RecoveryPicture } from "@/lib/browser/pack-dots";
import { periodOf, readFilter } from "@/lib/browser/recovery-period";
import { recoveryQueries } from "@/lib/browser/recovery-queries";
import { answerOf } from "./answer";
import { dayOf, periodInWords } from "./period-words";
import { RecoveryBody } from "./recovery-body";
import { RecoveryFilters } from "./recovery-filters";
import { RecoveryHead } from "./recovery-head";
import { useWords } from "./use-words";

function Nothing({ view, onAll }: { view: RecoveryPicture; onAll: () => void }) {
  if (view.recorded === 0) {
    return (
      <Empty
        title="No recovery yet."
        action={<LinkButton href="/incidents/new?drill=on">Hold a drill</LinkButton>}
      >
        When an incident is restored it becomes a dot here: when it was, how long customers were
        hurt, and which lever ended it. From ten on there are intervals, from ten in each of two
        periods a comparison. Deploys are counted below from the first one on.
      </Empty>
    );
  }
  return (
    <Empty
      title="No incident of this period was restored."
      action={<Button onClick={onAll}>Show everything</Button>}
    >
      {view.recorded === 1 ? "One incident is" : `${view.recorded} incidents are`} recorded in all,
      drills and those not restored yet among them.
    </Empty>
  );
}

/** Recovery history: are we getting better, and where does the time go? Everything is in the address. */
export function RecoveryScreen() {
  const { words, hrefWith, change } = useWords();
  const filter = readFilter(words);
  // Whether the days make a period doesn't hang on when it is asked.
  const isPeriod = periodOf(filter, new Date(0)) !== null;
  const recovery = useQuery({
    ...recoveryQueries.recovery(filter),
    enabled: isPeriod,
    placeholderData: (before) => before,
  });
  const view = recovery.data;
  const all = view?.groups.all[0];
  const hasChosen = useRef(false);
  const sentence =
    all && !recovery.isPlaceholderData ? answerOf(all, filter.period === "all").sentence : null;
  useEffect(() => {
    if (!hasChosen.current || sentence === null) return;
    hasChosen.current = false;
    announce(sentence);
  }, [sentence]);
  const choose = (next: Record<string, string | null>) => {
    hasChosen.current = true;
    change(next);
  };
  const everything = {
    ...{ period: "all", from: null, to: null },
    ...{ service: null, lever: null, severity: null, drills: "with" },
  };
  return (
    <>
      <RecoveryHead {...(view ? { aside: periodInWords(view, filter.period) } : {})} />
      <RecoveryFilters
        filter={filter}
        period={{ from: dayOf(view?.from, 0), to: dayOf(view?.to, -1) }}
        onChange={choose}
      />
      {isPeriod ? null : (
        <p role="alert" className="panel px-3.5 py-3">
          <span aria-hidden="true" className="me-1.5 font-bold text-warn">
            !
          </span>
          These days make no period: the first must not be after the last, and at most twenty years
          lie between them.
        </p>
      )}
      {recovery.isPending && isPeriod ? (
        <div className="panel">
          <Skeleton rows={12} label="Reading the recovery history" />
        </div>
      ) : null}
      {recovery.isError && !view ? (
        <div className="panel">
          <ProblemNotice error={recovery.error} retry={() => void recovery.refetch()} />
        </div>
      ) : null}
      {recovery.isError && view ? (
        <ProblemNotice
          error={recovery.error}
          retry={() => void recovery.refetch()}
          className="rounded-lg bg-warn-soft"
        />
      ) : null}
      {recovery.isError && view ? (
        <p className="text-meta text-ink-3">
          Shown as it was read at {clockTime(recovery.dataUpdatedAt, false)} UTC.
        </p>
      ) : null}
      {view && isPeriod ? (
        <div
          aria-busy={recovery.isPlaceholderData}
          className={`flex flex-col gap-3 ${recovery.isPlaceholderData ? "opacity-60 transition-opacity delay-200" : ""}`}
        >
          <RecoveryBody
            view={view}
            filter={filter}
            words={words}
            hrefWith={hrefWith}
            change={change}
            nothing={<Nothing view={view} onAll={() => choose(everything)} />}
          />
        </div>
      ) : null}
    </>
  );
}
