import type { ReactNode } from "react";
import { Mark } from "./mark";

/** A page that stands alone: not found, not allowed, not available. Says what to do next. */
export function FullPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <section className="panel flex w-full max-w-md flex-col gap-3 p-5">
        <p className="flex items-center gap-2 text-head font-[650]">
          <Mark /> Known Good
        </p>
        <h1 className="text-title">{title}</h1>
        <div className="flex flex-col items-start gap-3 text-ink-2">{children}</div>
      </section>
    </main>
  );
}
