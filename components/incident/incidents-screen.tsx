"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { PageHead } from "@/components/ui/page-head";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageState } from "@/components/ui/use-page-state";
import { furtherQueries } from "@/lib/browser/further-queries";
import type { IncidentStatus } from "@/lib/contracts/incident";
import { IncidentTable } from "./incident-table";

const filters: { status: IncidentStatus | null; label: string }[] = [
  { status: null, label: "All" },
  { status: "declared", label: "Declared" },
  { status: "restored", label: "Restored" },
  { status: "resolved", label: "Resolved" },
];

/** Every incident, newest first; the status filter is in the address. */
export function IncidentsScreen() {
  const [page] = usePageState();
  const chosen = filters.find((filter) => filter.status === page.get("status")) ?? filters[0];
  const status = chosen?.status ?? null;
  const incidents = useInfiniteQuery(furtherQueries.incidents(status));
  const rows = incidents.data?.pages.flatMap((each) => each.items) ?? [];
  return (
    <>
      <PageHead
        title="Incidents"
        action={<LinkButton href="/incidents/new">Declare incident</LinkButton>}
      />
      <nav aria-label="Filter by status">
        <ul className="flex flex-wrap gap-1.5">
          {filters.map((filter) => (
            <li key={filter.label}>
              <Link
                href={filter.status ? `/incidents?status=${filter.status}` : "/incidents"}
                aria-current={filter.status === status ? "true" : undefined}
                className="inline-flex min-h-7 items-center rounded-[7px] border border-edge px-2.5 text-meta font-medium text-ink-2 aria-current:bg-sunken aria-current:font-semibold aria-current:text-ink"
              >
                {filter.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-label="Incidents" className="panel">
        {incidents.isPending ? <Skeleton rows={6} label="Reading incidents" /> : null}
        {incidents.isError && rows.length === 0 ? (
          <ProblemNotice error={incidents.error} retry={() => void incidents.refetch()} />
        ) : null}
        {incidents.isSuccess && rows.length === 0 ? (
          <Empty title={status ? `No incident is ${status}.` : "No incident yet."}>
            {status
              ? "Choose another status above."
              : "When something breaks, declare it: the page then shows what changed and the ways back."}
          </Empty>
        ) : null}
        <IncidentTable incidents={rows} />
        {incidents.hasNextPage ? (
          <div className="border-t border-line p-2.5">
            <Button
              size="small"
              disabled={incidents.isFetchingNextPage}
              onClick={() => void incidents.fetchNextPage()}
            >
              Older
            </Button>
          </div>
        ) : null}
      </section>
    </>
  );
}
