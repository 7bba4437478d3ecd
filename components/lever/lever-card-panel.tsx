"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import { Time } from "@/components/clock/time";
import { unbroken } from "@/components/clock/unbroken";
import { useIsNarrow } from "@/components/incident/use-is-narrow";
import { loadRestorations } from "@/components/restoration/load-restorations";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/browser/api";
import { queries } from "@/lib/browser/queries";
import type { LeverCard, LeverPreview } from "@/lib/contracts/lever";
import type { Suspect } from "@/lib/contracts/suspect";
import { leverId } from "./lever-id";
import type { Fire } from "./lever-press";
import { LeverPreviewPanel, leverNames } from "./lever-preview-panel";
import { leversInOrder, toldUnder } from "./levers-in-order";
import { useMayAct } from "./use-may-act";

function Advice({ card }: { card: LeverCard }) {
  const { recommendation } = card;
  const { lever, runnerUp } = recommendation;
  return (
    <p className="border-b border-line px-3.5 py-2 text-ink-2">
      <b className="font-semibold text-ink">
        {lever === "none" ? "No lever is recommended." : `${leverNames[lever]}:`}
      </b>{" "}
      {unbroken(recommendation.because)}
      {runnerUp ? (
        <>
          {" "}
          <span className="text-ink-3">
            Next best, {leverNames[runnerUp.lever].toLowerCase()}: {unbroken(runnerUp.because)}
          </span>
        </>
      ) : null}
    </p>
  );
}

/** A lever that has nothing to be pulled on leaves its room to the others. */
function columnsOf(levers: LeverPreview[]): CSSProperties {
  const widths = levers.map(({ target }) => `minmax(0,${target === null ? "0.55fr" : "1fr"})`);
  return { "--levers": widths.join(" ") } as CSSProperties;
}

/** The three levers for the chosen suspect, side by side, all computed before the press. */
export function LeverCardPanel({
  incidentId,
  suspect,
  rank,
}: {
  incidentId: string;
  suspect: Suspect;
  rank: number;
}) {
  const client = useQueryClient();
  const card = useQuery(queries.levers(incidentId, suspect.id));
  const { mayAct, refusal } = useMayAct();
  const isNarrow = useIsNarrow();
  const recommended = card.data?.recommendation.lever;
  const runnerUp = card.data?.recommendation.runnerUp?.lever;

  const fire: Fire = async (seen, key, pressedWith) => {
    if (!seen.target) throw new Error("A lever without a target has no button");
    void loadRestorations().catch(() => undefined);
    try {
      return await api.restore({
        incidentId,
        target: seen.target,
        seen: seen.seen,
        suspectId: suspect.id,
        wasRecommended: recommended && recommended !== "none" ? recommended === seen.lever : null,
        key,
        ...pressedWith,
      });
    } finally {
      void client.invalidateQueries({ queryKey: ["incident", incidentId] });
      void client.invalidateQueries({ queryKey: ["levers", incidentId] });
      void client.invalidateQueries({ queryKey: ["freezes"] });
    }
  };

  const levers = card.data ? leversInOrder(card.data, isNarrow) : [];
  return (
    <Panel
      title={`Restore from suspect ${rank}: ${suspect.title}`}
      aside={
        card.data ? (
          <>
            checked <Time at={card.data.checkedAt} only="relative" />
          </>
        ) : (
          "checking the three levers"
        )
      }
    >
      {card.isError && !card.data ? (
        <ProblemNotice error={card.error} retry={() => void card.refetch()} />
      ) : null}
      {card.isPending ? <Skeleton rows={8} label="Checking the three levers" /> : null}
      {card.data ? (
        <div className="@container overflow-clip rounded-b-[9px]" data-keys>
          <Advice card={card.data} />
          <div className="grid @3xl:grid-cols-(--levers)" style={columnsOf(levers)}>
            {levers.map((preview, index) => (
              <LeverPreviewPanel
                key={`${suspect.id} ${preview.lever}`}
                id={leverId(suspect.id, preview.lever)}
                preview={preview}
                incidentId={incidentId}
                schemaToldUnder={toldUnder(preview, levers.slice(0, index))}
                isRecommended={recommended === preview.lever}
                isRunnerUp={runnerUp === preview.lever}
                mayAct={mayAct}
                refusal={refusal}
                fire={fire}
              />
            ))}
          </div>
        </div>
      ) : null}
    </Panel>
  );
}
