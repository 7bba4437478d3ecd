import Link from "next/link";
import type { ReactNode } from "react";
import { Announcer } from "@/components/announcer/announcer";
import { FreezeBanner } from "@/components/freeze/freeze-banner";
import { FreezeOpener } from "@/components/freeze/freeze-opener";
import { SourceList } from "@/components/source/source-list";
import { CommandsLauncher } from "./commands-launcher";
import { HelpButton } from "./help-button";
import { Identity } from "./identity";
import { LiveStatus } from "./live-status";
import { Mark } from "./mark";
import { Navigation } from "./navigation";
import { type Theme, ThemeToggle } from "./theme-toggle";

/** The frame of the console: where one can go on the left (above, on a phone), the page beside it. */
export function Shell({ theme, children }: { theme: Theme; children: ReactNode }) {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[11.75rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-20 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
      >
        Skip to the page
      </a>
      <header className="flex flex-col gap-2 border-line bg-page px-3 py-2 max-md:border-b md:sticky md:top-0 md:h-dvh md:gap-3 md:overflow-y-auto md:border-e md:px-2.5 md:py-3.5">
        <div className="flex items-center justify-between gap-2 md:flex-col md:items-stretch md:gap-3">
          <Link
            href="/"
            className="flex min-h-7 items-center gap-2 px-2 text-head font-[650] tracking-tight"
          >
            <Mark />
            Known Good
          </Link>
          <CommandsLauncher />
        </div>
        <Navigation />
        <div className="mt-auto hidden flex-col gap-1 md:flex">
          <SourceList />
          <HelpButton />
          <ThemeToggle initial={theme} />
          <Identity />
        </div>
      </header>
      <div className="min-w-0">
        <FreezeBanner />
        <LiveStatus />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto flex max-w-[94rem] flex-col gap-3 px-3 py-3 outline-none md:px-5 md:py-3.5"
        >
          {children}
        </main>
        <footer className="flex flex-col gap-1 border-t border-line px-3 py-3 md:hidden">
          <SourceList />
          <HelpButton />
          <Identity />
        </footer>
      </div>
      <FreezeOpener />
      <Announcer />
    </div>
  );
}
