import { type ReactNode, useId } from "react";

/** A titled region of a page. `aside` is the quiet text beside the title, `actions` sit at the end. */
export function Panel({
  title,
  aside,
  actions,
  children,
  className = "",
}: {
  title: string;
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`panel ${className}`}>
      <header className="flex min-h-10 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-3.5 py-1.5">
        <h2 id={id} className="text-body">
          {title}
        </h2>
        {aside ? <div className="min-w-0 text-ink-3">{aside}</div> : null}
        {actions ? (
          <div className="ms-auto flex flex-wrap items-center gap-2">{actions}</div>
        ) : null}
      </header>
      {children}
    </section>
  );
}
