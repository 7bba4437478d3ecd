"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

const places = [
  { href: "/recovery", label: "Recovery" },
  { href: "/readiness", label: "Readiness" },
] as const;

/** Recovery has two sides: how it went, and whether it would go today. */
export function RecoveryHead({ aside }: { aside?: string }) {
  const path = usePathname();
  const here = places.find(({ href }) => path === href) ?? places[0];
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-title">{here.label}</h1>
      <nav aria-label="Recovery and readiness">
        <ul className="flex gap-1.5">
          {places.map(({ href, label }) => (
            <li key={href}>
              <Link
                href={href}
                aria-current={href === here.href ? "page" : undefined}
                className="inline-flex min-h-7 items-center rounded-[7px] border border-edge px-2.5 text-meta font-medium text-ink-2 aria-[current]:bg-sunken aria-[current]:font-semibold aria-[current]:text-ink"
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {aside ? <p className="text-ink-3 md:ms-auto">{aside}</p> : null}
    </div>
  );
}
