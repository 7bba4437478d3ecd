"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";

/** The head of a place with several sides: which one this is, and the way to the others. */
export function PlaceHead({
  name,
  sides,
  aside,
}: {
  name: string;
  sides: readonly [Side, ...Side[]];
  aside?: string | undefined;
}) {
  const path = usePathname();
  const here = sides.find(({ href }) => path === href) ?? sides[0];
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-title">{here.label}</h1>
      <nav aria-label={name}>
        <ul className="flex gap-1.5">
          {sides.map(({ href, label }) => (
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

type Side = { href: string; label: string };
