"use client";
import { useQuery } from "@tanstack/react-query";
import { SourceNotice } from "@/components/source/source-notice";
import { PageHead } from "@/components/ui/page-head";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { queries } from "@/lib/browser/queries";
import { ServiceRows } from "./service-rows";

/** Every service, with the signal that says whether customers are hurt. */
export function ServicesScreen() {
  const services = useQuery(queries.services());
  return (
    <>
      <PageHead title="Services" />
      <SourceNotice />
      <section aria-label="Services" className="panel">
        {services.isPending ? <Skeleton rows={5} label="Reading services" /> : null}
        {services.isError && !services.data ? (
          <ProblemNotice error={services.error} retry={() => void services.refetch()} />
        ) : null}
        {services.data ? <ServiceRows services={services.data} isFull /> : null}
      </section>
    </>
  );
}
