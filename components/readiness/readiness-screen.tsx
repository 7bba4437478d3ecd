"use client";
import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/clock/time";
import { RecoveryHead } from "@/components/recovery/recovery-head";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { recoveryQueries } from "@/lib/browser/recovery-queries";
import type { ReadinessRow } from "@/lib/contracts/recovery";
import { ReadinessCard } from "./readiness-card";
import { ReadinessMatrix } from "./readiness-matrix";
import { COLUMN_GROUPS, STATES } from "./readiness-words";

/** In a sentence: for how many services each lever could be pulled today. */
function summaryOf(rows: readonly ReadinessRow[]): string {
  const can = (lever: "retoggle" | "rollback" | "revert") =>
    rows.filter(({ cells }) => cells[lever].state === "ready" || cells[lever].state === "limited")
      .length;
  const of = rows.length;
  return `Today a flag could be turned back for ${can("retoggle")} of ${of} services, a rollback made for ${can("rollback")}, a revert opened for ${can("revert")}.`;
}

/** Whether each service could be restored today, lever by lever, before anything has happened. */
export function ReadinessScreen() {
  const readiness = useQuery(recoveryQueries.readiness());
  const rows = readiness.data ?? [];
  return (
    <>
      <RecoveryHead />
      <p className="max-w-prose text-ink-2">
        {rows.length > 0 ? summaryOf(rows) : "Whether each service could be restored today."} Every
        source is asked, nothing is pulled.
      </p>
      {readiness.isError ? (
        <ProblemNotice
          error={readiness.error}
          retry={() => void readiness.refetch()}
          className={rows.length > 0 ? "rounded-lg bg-warn-soft" : "panel"}
        />
      ) : null}
      {readiness.isPending ? (
        <div className="panel">
          <Skeleton rows={8} label="Asking every source what could be pulled today" />
          <p className="px-3.5 pb-3.5 text-meta text-ink-3">
            Asking every source. One that stays silent is waited for at most nine seconds.
          </p>
        </div>
      ) : null}
      {readiness.isSuccess && rows.length === 0 ? (
        <div className="panel">
          <Empty
            title="No service yet."
            action={<LinkButton href="/settings">See what is connected</LinkButton>}
          >
            Services come from the configuration file or from annotations on Deployments. Each then
            has a row here: which lever could be pulled on it today, and how that is known.
          </Empty>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <>
          <Panel
            title="Board"
            className="max-md:hidden"
            aside={
              rows[0] ? (
                <>
                  asked at <Time at={rows[0].checkedAt} />
                </>
              ) : null
            }
            actions={
              <a
                href="/api/readiness?format=csv"
                download
                className="text-meta text-ink-2 underline underline-offset-2"
              >
                CSV
              </a>
            }
          >
            <ReadinessMatrix
              rows={rows}
              label="Readiness of every service"
              names={COLUMN_GROUPS.restoring}
            />
            <p className="border-t border-line px-3.5 py-2 text-meta text-ink-3">
              {STATES.ready.word}: can be done today · {STATES.limited.word}: with a reservation ·{" "}
              {STATES.blocked.word}: something stands in the way · {STATES.unknown.word}: the facts
              aren’t there. The sentences are below.
            </p>
          </Panel>
          <Panel
            title="Freeze layers"
            className="max-md:hidden"
            aside="which would hold a service’s deliveries back today"
          >
            <ReadinessMatrix
              rows={rows}
              label="Layers of a freeze of every service"
              names={COLUMN_GROUPS.freezing}
            />
          </Panel>
          {rows.map((row) => (
            <ReadinessCard key={row.service} row={row} />
          ))}
        </>
      ) : null}
    </>
  );
}
