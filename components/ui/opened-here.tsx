import type { ReactNode } from "react";

const focusOnce = (opened: HTMLElement | null) => opened?.focus({ preventScroll: true });

/** What took the place of the button that opened it: it has the focus that the button had. */
export function OpenedHere({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      ref={focusOnce}
      aria-label={label}
      tabIndex={-1}
      className="basis-full outline-offset-4"
    >
      {children}
    </section>
  );
}
