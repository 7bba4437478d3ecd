"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Empty } from "@/components/ui/empty";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { ScrollBox } from "@/components/ui/scroll-box";
import { Skeleton } from "@/components/ui/skeleton";
import { queries } from "@/lib/browser/queries";
import type { RecoveryFilter } from "@/lib/browser/recovery-period";
import { recoveryQueries } from "@/lib/browser/recovery-queries";
import type { DeliveryMeasure } from "@/lib/contracts/recovery";
import { ATTRIBUTION, DEFINITIONS } from "@/lib/rules/recovery-definitions";
import { DefinedPanel } from "./defined-panel";
import { boundsOf, figureOf, MEASURES, madeOf } from "./measure-words";

/** One figure: value, interval, what it is made of, and the period before; it opens its rows. */
function Figure({
  measure,
  href,
  onOpen,
}: {
  measure: DeliveryMeasure;
  href: string;
  onOpen: (href: string) => void;
}) {
  const { value, before, unit, why } = measure;
  if (value === null)
    return <span className="text-meta text-ink-3">{why ?? "Nothing to say."}</span>;
  const bounds = boundsOf(value, unit);
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      onNavigate={(event) => {
        // What it opens lies on this page, which need not be read again.
        event.preventDefault();
        onOpen(href);
      }}
      className="group -mx-1.5 -my-0.5 block rounded-md px-1.5 py-0.5 hover:bg-sunken"
    >
      <span
        className={`underline decoration-edge underline-offset-2 group-hover:decoration-ink ${bounds ? "font-semibold" : "text-ink-2"}`}
      >
        {figureOf(value.value, unit)}
      </span>{" "}
      <span className="whitespace-nowrap text-ink-3">{bounds}</span>
      <span className="block text-meta text-ink-3">
        {madeOf(measure)}
        {before ? (
          <>
            , <span className="whitespace-nowrap">before {figureOf(before.value, unit)}</span>
          </>
        ) : null}
      </span>
    </Link>
  );
}

/** The five delivery measures of every service; each figure opens the deploys that it is made of. */
export function DeliveryPanel({
  filter,
  hrefOf,
  onOpen,
  actions,
}: {
  filter: RecoveryFilter;
  /** Where the rows of a figure are shown. */
  hrefOf: (measure: DeliveryMeasure) => string;
  onOpen: (href: string) => void;
  actions: ReactNode;
}) {
  const delivery = useQuery({
    ...recoveryQueries.delivery(filter),
    placeholderData: (before) => before,
  });
  const services = useQuery(queries.services());
  const titles = new Map(services.data?.map(({ name, title }) => [name, title]));
  const rows = Map.groupBy(delivery.data ?? [], ({ service }) => service);
  return (
    <DefinedPanel
      title="Delivery by service"
      aside="from the ledger of changes, 95 % intervals"
      defines={MEASURES}
      notes={ATTRIBUTION}
      actions={actions}
    >
      {delivery.isPending ? <Skeleton rows={4} label="Reading the delivery measures" /> : null}
      {delivery.isError ? (
        <ProblemNotice error={delivery.error} retry={() => void delivery.refetch()} />
      ) : null}
      {delivery.data?.length === 0 ? (
        <Empty title="No service yet.">
          When deploys of a service are seen, its five delivery measures stand here.
        </Empty>
      ) : null}
      {rows.size > 0 ? (
        <>
          <ScrollBox label="Table: Delivery by service">
            <table className="grid-table">
              <thead>
                <tr>
                  <th scope="col">Service</th>
                  {MEASURES.map((name) => (
                    <th key={name} scope="col">
                      {DEFINITIONS[name].title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {[...rows].map(([service, measures]) => (
                  <tr key={service}>
                    <th
                      scope="row"
                      className="sticky start-0 z-1 bg-surface font-medium whitespace-nowrap"
                    >
                      {titles.get(service) ?? service}
                    </th>
                    {MEASURES.map((name) => {
                      const measure = measures.find((one) => one.name === name);
                      return (
                        <td key={name} className="min-w-40">
                          {measure ? (
                            <Figure measure={measure} href={hrefOf(measure)} onOpen={onOpen} />
                          ) : (
                            "–"
                          )}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
          <p className="border-t border-line px-3.5 py-2 text-ink-2">
            Which deploy failed: {ATTRIBUTION[1]} {ATTRIBUTION[2]} {ATTRIBUTION[0]} The “i” has the
            rest. Grey without an interval: fewer than ten. Lever, severity and drills don’t narrow
            these.
          </p>
        </>
      ) : null}
    </DefinedPanel>
  );
}
