"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

const places = [
  { href: "/retros", label: "Retros" },
  { href: "/follow-ups", label: "Follow-ups" },
] as const;

/** The two lists of what was learned: the retros, and what came of them. */
export function RetrosHead() {
  const path = usePathname();
  const here = places.find(({ href }) => path === href) ?? places[0];
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-title">{here.label}</h1>
      <nav aria-label="Retros and follow-ups">
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
    </div>
  );
}
