"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useAction } from "@/components/action/use-action";
import { queries } from "@/lib/browser/queries";

/** `also`: a place inside it that has an address of its own. */
const places: readonly { href: string; label: string; also?: { href: string; label: string } }[] = [
  { href: "/", label: "Now" },
  { href: "/incidents", label: "Incidents" },
  { href: "/services", label: "Services" },
  { href: "/retros", label: "Retros", also: { href: "/follow-ups", label: "Follow-ups" } },
  { href: "/recovery", label: "Recovery", also: { href: "/readiness", label: "Readiness" } },
  { href: "/settings", label: "Settings" },
];

function Place({
  href,
  label,
  also,
  count,
}: {
  href: string;
  label: string;
  also?: { href: string; label: string };
  count: number;
}) {
  const path = usePathname();
  const router = useRouter();
  const isInside = (place: string) => path === place || path.startsWith(`${place}/`);
  const here = isInside(href) || (also !== undefined && isInside(also.href));
  useAction({ id: `go${href}`, label, group: "Go to", run: () => router.push(href) });
  useAction(
    {
      ...{ id: `go${also?.href}`, label: also?.label ?? "", group: "Go to" },
      run: () => router.push(also?.href ?? href),
    },
    also !== undefined,
  );
  return (
    <li>
      <Link
        href={href}
        aria-current={here ? "page" : undefined}
        className={`flex min-h-8 items-center gap-2 rounded-md px-2 ${
          here ? "bg-sunken font-semibold text-ink" : "text-ink-2 hover:bg-sunken"
        }`}
      >
        {label}
        {count > 0 ? (
          <span className="ms-auto rounded-full bg-harm px-1.5 text-[0.6875rem] leading-[1.125rem] font-semibold text-on-harm">
            {count}
            <span className="sr-only"> open</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
}

/** The places of the console; Now carries the number of incidents that still do harm. */
export function Navigation() {
  const open = useQuery(queries.openIncidents());
  // Nobody is hurt in a drill.
  const count = open.data?.items.filter(({ isDrill }) => !isDrill).length ?? 0;
  return (
    <nav aria-label="Main">
      <ul className="flex gap-0.5 overflow-x-auto max-md:scroll-cue max-md:[--under:var(--page)] md:flex-col md:overflow-visible">
        {places.map((place) => (
          <Place key={place.href} {...place} count={place.href === "/" ? count : 0} />
        ))}
      </ul>
    </nav>
  );
}
