"use client";
import { useQuery } from "@tanstack/react-query";
import { ChangeOpener } from "@/components/change/change-opener";
import { ChangeTable } from "@/components/change/change-table";
import { KnownGoodPanel } from "@/components/known-good/known-good-panel";
import { SourceNotice } from "@/components/source/source-notice";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { serviceQueries } from "@/lib/browser/service-queries";
import { FlagTable } from "./flag-table";
import { RevisionTable } from "./revision-table";
import { ServiceSignal } from "./service-signal";

const MOST = 15;

/** One service: its signal, its known good state, its deploy history, its flags and its merges. */
export function ServiceScreen({ name }: { name: string }) {
  const read = useQuery(serviceQueries.service(name));
  if (!read.data) {
    return (
      <section className="panel">
        {read.isError ? (
          <>
            <h1 className="px-3.5 pt-3 text-title">{name} can't be shown</h1>
            <ProblemNotice error={read.error} retry={() => void read.refetch()} />
          </>
        ) : (
          <Skeleton rows={8} label={`Reading ${name}`} />
        )}
      </section>
    );
  }
  const { service, lastChanges } = read.data;
  const merges = lastChanges
    .filter((change) => change.kind === "merge" || change.kind === "config")
    .sort((a, b) => b.at.localeCompare(a.at));
  const sources = [
    ...service.deployments.map((each) => each.source),
    service.repository?.source,
    service.flags?.source,
    service.signal?.source,
  ].filter((source) => source !== undefined);
  return (
    <>
      <PageHead
        title={service.title}
        aside={[service.team && `team ${service.team}`, service.repository?.name]
          .filter(Boolean)
          .join(" · ")}
        action={
          <LinkButton href={`/incidents/new?service=${encodeURIComponent(name)}`}>
            Declare incident
          </LinkButton>
        }
      />
      <SourceNotice among={sources} />
      <ServiceSignal service={service} changes={lastChanges} />
      <KnownGoodPanel name={name} />
      <RevisionTable name={name} />
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <FlagTable changes={lastChanges} />
        <Panel title="Merges and configuration" aside="latest">
          {merges.length === 0 ? (
            <Empty title="Neither seen yet.">
              Merged pull requests of its paths appear here, and changes of the ConfigMaps and
              Secrets that its pods read.
            </Empty>
          ) : (
            <ChangeTable changes={merges.slice(0, MOST)} hasServices={false} />
          )}
        </Panel>
      </div>
      <ChangeOpener />
    </>
  );
}
