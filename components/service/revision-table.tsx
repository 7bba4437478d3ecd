"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { restorationOf } from "@/components/signal/lane-marker";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Tag } from "@/components/ui/tag";
import { usePageState } from "@/components/ui/use-page-state";
import { queries } from "@/lib/browser/queries";
import { serviceQueries } from "@/lib/browser/service-queries";
import type { Change } from "@/lib/contracts/change";
import { settingsChanged } from "@/lib/rules/settings-changed";
import { RevisionRollback } from "./revision-rollback";

const STEP = 20;

function deploymentOf({ source, details }: Change): string {
  return details.kind === "deploy"
    ? `${source} ${details.namespace} ${details.deployment}`
    : source;
}

function imageName(image: string): string {
  return image.slice(image.lastIndexOf("/") + 1);
}

function RevisionRow({
  change,
  isLive,
  isKnownGood,
  action,
}: {
  change: Change;
  isLive: boolean;
  isKnownGood: boolean;
  action: React.ReactNode;
}) {
  const [, setPage] = usePageState();
  const { details } = change;
  if (details.kind !== "deploy") return null;
  const restoration = restorationOf(change);
  const settings = settingsChanged(details.templateChanges);
  return (
    <tr>
      <th scope="row" className="font-normal">
        <button
          type="button"
          onClick={() => setPage({ change: change.id })}
          className="min-h-6 font-semibold underline decoration-line underline-offset-2"
        >
          {details.deployment} {details.revision}
        </button>{" "}
        {isLive ? <Tag tone="good">Live</Tag> : null}
        {isKnownGood ? <Tag>Known good</Tag> : null}{" "}
        {details.rollout === "stuck" ? <Tag tone="warn">Stuck</Tag> : null}
        {details.rollout === "rolling" ? <Tag tone="accent">Rolling</Tag> : null}
        <span className="block text-meta text-ink-2">
          <Time at={change.at} />
        </span>
      </th>
      <td>
        {details.images.map((image) => (
          <code key={image.container} className="block">
            {imageName(image.image)}
          </code>
        ))}
        <span className="text-meta text-ink-3">
          {details.commit ? <code>{details.commit.slice(0, 10)}</code> : "commit unknown"}
        </span>
      </td>
      <td className="min-w-52">
        <span className="block">{details.changeCause ?? "no change cause"}</span>
        <span className="line-clamp-2 text-meta break-all text-ink-3">
          {[
            ...settings.slice(0, 3),
            settings.length > 3 ? `and ${settings.length - 3} more` : null,
            change.carries.length > 0
              ? `carries ${change.carries.length} ${change.carries.length === 1 ? "merge" : "merges"}`
              : null,
            details.returnsTo === null ? null : `returns to ${details.returnsTo}`,
            restoration ? `restoration ${restoration}` : null,
          ]
            .filter(Boolean)
            .join("; ")}
        </span>
      </td>
      <td className="w-64">{isLive ? null : action}</td>
    </tr>
  );
}

/** The deploy history of a service from the ledger; each revision can be gone back to. */
export function RevisionTable({ name }: { name: string }) {
  const revisions = useQuery(serviceQueries.revisions(name));
  const open = useQuery(queries.openIncidents());
  const knownGood = useQuery(serviceQueries.knownGood(name));
  const good = new Set(knownGood.data?.state?.deployments.map(({ changeId }) => changeId));
  const { mayAct } = useMayAct();
  const [shown, setShown] = useState(STEP);
  const incident = open.data?.items.find((each) => each.services.includes(name));
  const rows = revisions.data ?? [];
  const newest = new Map<string, string>();
  for (const change of rows) {
    const key = deploymentOf(change);
    if (!newest.has(key)) newest.set(key, change.id);
  }
  return (
    <Panel
      title="Deploy history"
      aside={
        incident || !mayAct ? (
          "kept for good, also after the cluster forgets"
        ) : (
          <>
            to roll back,{" "}
            <Link
              href={`/incidents/new?service=${encodeURIComponent(name)}`}
              className="text-accent underline underline-offset-2"
            >
              declare an incident first
            </Link>
          </>
        )
      }
    >
      {revisions.isPending ? <Skeleton rows={6} label="Reading the deploy history" /> : null}
      {revisions.isError && !revisions.data ? (
        <ProblemNotice error={revisions.error} retry={() => void revisions.refetch()} />
      ) : null}
      {revisions.data && rows.length === 0 ? (
        <Empty title="No deploy seen yet.">
          The next rollout of its Deployments will be kept here, with its template.
        </Empty>
      ) : null}
      {rows.length > 0 ? (
        <section aria-label="Revisions" className="relative overflow-x-auto scroll-cue">
          <table className="grid-table min-w-[46rem]">
            <thead>
              <tr>
                <th scope="col">Revision, live since (UTC)</th>
                <th scope="col">Image and commit</th>
                <th scope="col">Cause and what changed</th>
                <th scope="col">
                  <span className="sr-only">Way back</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shown).map((change) => (
                <RevisionRow
                  key={change.id}
                  change={change}
                  isKnownGood={good.has(change.id)}
                  isLive={newest.get(deploymentOf(change)) === change.id}
                  action={
                    incident && mayAct && change.details.kind === "deploy" ? (
                      <RevisionRollback
                        incidentId={incident.id}
                        revision={change.details.revision}
                        target={{
                          lever: "rollback",
                          source: change.source,
                          namespace: change.details.namespace,
                          deployment: change.details.deployment,
                          toChangeId: change.id,
                        }}
                      />
                    ) : null
                  }
                />
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {rows.length > shown ? (
        <div className="border-t border-line p-2.5">
          <Button size="small" onClick={() => setShown(shown + STEP)}>
            Show older ({rows.length - shown})
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
