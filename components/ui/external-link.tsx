import type { ReactNode } from "react";
import { safeHref } from "@/lib/browser/safe-href";

/** A link out of the product; plain text when the address isn't http or https. */
export function ExternalLink({ href, children }: { href: string | null; children: ReactNode }) {
  const safe = safeHref(href);
  if (!safe) return <>{children}</>;
  return (
    <a
      href={safe}
      target="_blank"
      rel="noreferrer noopener"
      className="text-accent underline decoration-1 underline-offset-2"
    >
      {children}
      <span aria-hidden="true">{"\u00a0"}↗</span>
      <span className="sr-only"> (opens a new tab)</span>
    </a>
  );
}
