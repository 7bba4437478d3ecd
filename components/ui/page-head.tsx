import type { ReactNode } from "react";

/** The title of a page, a quiet line beside it, and its one primary action. */
export function PageHead({
  title,
  aside,
  action,
}: {
  title: string;
  aside?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
      <h1 className="text-title">{title}</h1>
      {aside ? <div className="text-ink-2">{aside}</div> : null}
      {action ? <div className="ms-auto">{action}</div> : null}
    </div>
  );
}
