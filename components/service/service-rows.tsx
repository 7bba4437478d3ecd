"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { Sparkline } from "@/components/signal/sparkline";
import { moveInList } from "@/components/suspect/move-in-list";
import { Empty } from "@/components/ui/empty";
import type { Service } from "@/lib/contracts/service";

/** Services with their signals; where there are none, how to get them. */
export function ServiceRows({
  services,
  isFull = false,
  noteOf,
}: {
  services: Service[];
  isFull?: boolean;
  /** What else is to be said of one. */
  noteOf?: (service: Service) => ReactNode;
}) {
  if (services.length === 0) {
    return (
      <Empty title="No service yet.">
        Services come from the configuration file or from annotations on Deployments. Connect a
        source and they appear here, each with its signal and its latest changes.
      </Empty>
    );
  }
  return (
    <ul data-keys onKeyDown={moveInList}>
      {services.map((service) => (
        <li
          key={service.name}
          className="relative flex min-h-11 flex-wrap items-center gap-x-3 border-b border-line px-3.5 py-1.5 last:border-b-0 hover:bg-sunken"
        >
          <Link
            data-item
            href={`/services/${encodeURIComponent(service.name)}`}
            className="min-w-28 flex-1 font-medium before:absolute before:inset-0"
          >
            {service.title}
            {isFull ? (
              <span className="ms-2 font-normal text-ink-3">
                {[
                  service.team && `team ${service.team}`,
                  service.origin === "discovered" ? "discovered" : null,
                ]
                  .filter(Boolean)
                  .join(", ")}
              </span>
            ) : null}
          </Link>
          {isFull ? (
            <span className="text-meta text-ink-2">
              {service.deployments.map((each) => `${each.namespace}/${each.name}`).join(", ")}
            </span>
          ) : null}
          <span className="sm:w-72">
            <Sparkline service={service} />
          </span>
          {noteOf ? <div className="basis-full empty:hidden">{noteOf(service)}</div> : null}
        </li>
      ))}
    </ul>
  );
}
