import Link from "next/link";
import type { ReactNode } from "react";

/** A link that leads to the page's primary action, looking like it. */
export function LinkButton({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="inline-flex min-h-8 items-center rounded-[7px] border border-accent bg-accent px-3 font-semibold text-on-accent"
    >
      {children}
    </Link>
  );
}
