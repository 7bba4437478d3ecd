"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ChangeOpener } from "@/components/change/change-opener";
import { ChangeTable } from "@/components/change/change-table";
import { IncidentTable } from "@/components/incident/incident-table";
import { NotKnownGood } from "@/components/known-good/not-known-good";
import { ServiceRows } from "@/components/service/service-rows";
import { useHurt } from "@/components/signal/use-hurt";
import { SourceNotice } from "@/components/source/source-notice";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageState } from "@/components/ui/use-page-state";
import { furtherQueries } from "@/lib/browser/further-queries";
import { queries } from "@/lib/browser/queries";
import { serviceQueries } from "@/lib/browser/service-queries";
import type { Service } from "@/lib/contracts/service";
import { hurtFirst, hurtNames } from "./hurt-first";
import { LooseEndsOpen } from "./loose-ends-open";
import { RetroReminders } from "./retro-reminders";

const HOUR_MS = 3_600_000;
const MOST = 25;

function LatestChanges() {
  const [page, setPage] = usePageState();
  const hours = page.get("back") === "6h" ? 6 : 1;
  const changes = useQuery(queries.changes({ limit: 50 }));
  const since = changes.dataUpdatedAt - hours * HOUR_MS;
  const recent = changes.data?.items.filter((change) => Date.parse(change.at) > since) ?? [];
  const next = hours === 1 ? "6h" : null;
  const look = (
    <button
      type="button"
      className="min-h-6 text-meta text-accent underline underline-offset-2"
      onClick={() => setPage({ back: next })}
    >
      {next ? "Look back 6 h" : "Only the last hour"}
    </button>
  );
  return (
    <Panel title="Changes" aside={`last ${hours === 1 ? "hour" : "6 hours"}`} actions={look}>
      {changes.isPending ? <Skeleton rows={5} label="Reading changes" /> : null}
      {changes.isError && !changes.data ? (
        <ProblemNotice error={changes.error} retry={() => void changes.refetch()} />
      ) : null}
      {changes.data && recent.length === 0 ? (
        <Empty title={`No changes in the last ${hours === 1 ? "hour" : "6 hours"}.`}>
          Deploys, flags and merges appear here as they happen.
        </Empty>
      ) : null}
      {recent.length > 0 ? <ChangeTable changes={recent.slice(0, MOST)} /> : null}
    </Panel>
  );
}

function OpenIncidents() {
  const incidents = useInfiniteQuery(furtherQueries.incidents("declared,restored"));
  const items = incidents.data?.pages.flatMap((page) => page.items) ?? [];
  const open = items.filter(({ isDrill }) => !isDrill);
  const drills = items.filter(({ isDrill }) => isDrill);
  return (
    <section aria-label="Incidents in progress" className="panel">
      {incidents.isPending ? <Skeleton rows={1} label="Reading incidents" /> : null}
      {incidents.isError && open.length === 0 ? (
        <ProblemNotice error={incidents.error} retry={() => void incidents.refetch()} />
      ) : null}
      {incidents.isSuccess && open.length === 0 ? (
        <div className="flex items-center gap-2.5 px-3.5 py-3">
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className="text-good">
            <path d="m3 8.5 3.5 3.5L13 4.5" fill="none" stroke="currentColor" strokeWidth="2.4" />
          </svg>
          <p>
            <b className="font-semibold">Nothing is broken.</b>{" "}
            <span className="text-ink-2">
              No incident is open.{" "}
              <Link href="/incidents" className="underline underline-offset-2">
                Earlier ones
              </Link>
            </span>
          </p>
        </div>
      ) : null}
      <IncidentTable incidents={open} />
      {drills.length > 0 ? (
        <div className="border-t border-line first:border-t-0">
          <h2 className="px-3.5 pt-2 text-meta font-semibold text-ink-2">
            {drills.length === 1 ? "A drill is held" : `${drills.length} drills are held`}
          </h2>
          <IncidentTable incidents={drills} />
        </div>
      ) : null}
    </section>
  );
}

/** Every service, those that are hurt by an incident or by their own signal first. */
function Services({ services }: { services: Service[] }) {
  const incidents = useInfiniteQuery(furtherQueries.incidents("declared,restored"));
  const knownGood = useQuery(serviceQueries.knownGoodLines());
  const open = incidents.data?.pages.flatMap((page) => page.items) ?? [];
  const hurt = useHurt(services);
  const names = hurtNames(open, hurt);
  const lines = new Map(knownGood.data?.map((line) => [line.service, line]));
  return (
    <ServiceRows
      services={hurtFirst(services, open, hurt)}
      noteOf={({ name }) => (names.has(name) ? <NotKnownGood line={lines.get(name)} /> : null)}
    />
  );
}

/** What is the case now: open incidents, services, the latest changes, silent sources. */
export function NowScreen() {
  const services = useQuery(queries.services());
  return (
    <>
      <PageHead
        title="Now"
        action={<LinkButton href="/incidents/new">Declare incident</LinkButton>}
      />
      <OpenIncidents />
      <LooseEndsOpen />
      <RetroReminders />
      <SourceNotice />
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <Panel title="Services" aside="signal of the last hour">
          {services.isPending ? <Skeleton rows={4} label="Reading services" /> : null}
          {services.isError && !services.data ? (
            <ProblemNotice error={services.error} retry={() => void services.refetch()} />
          ) : null}
          {services.data ? <Services services={services.data} /> : null}
        </Panel>
        <LatestChanges />
      </div>
      <ChangeOpener />
    </>
  );
}
