"use client";
import Link from "next/link";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { Until } from "@/components/clock/until";
import { HOLD_STATES, isLeaking, LAYERS } from "@/components/hold/hold-words";
import type { Freeze } from "@/lib/contracts/freeze";
import { frozenInWords } from "@/lib/rules/freeze-words";
import { waitingOf } from "@/lib/rules/thaw-warning";
import { FreezeActions } from "./freeze-actions";
import { FreezeGlyph } from "./freeze-glyph";
import { useSayFreezes } from "./use-say-freezes";
import { waitingInWords } from "./waiting-in-words";

/** As many stand open; the others fold, so that the page beneath keeps its room. */
const OPEN = 2;
/** Room between the banner and what has the focus (px). */
const CLEAR = 24;
/** More services than this are told by their number; their names fold. */
const NAMED = 3;

/** What doesn't hold though it was asked for, in a line each; the rest is on the freeze's own panel. */
function Leaks({ freeze }: { freeze: Freeze }) {
  const leaks = freeze.holds.filter(isLeaking);
  const [first, ...rest] = leaks;
  if (!first) return null;
  return (
    <p className="basis-full text-meta max-sm:line-clamp-2">
      <span aria-hidden="true" className="me-1.5 font-bold text-warn">
        !
      </span>
      <b className="font-semibold">
        {LAYERS[first.layer]}: {HOLD_STATES[first.state].word}
      </b>
      , {first.subject}: {first.sentence}
      {first.who ? ` Can be changed by ${first.who}.` : ""}
      {rest.length > 0 ? ` And ${rest.length} more.` : ""}
    </p>
  );
}

/** The names of all services of a wide freeze, which its own line only counts. */
function AllServices({ id, services }: Pick<Freeze, "id" | "services">) {
  if (services.length <= NAMED) return null;
  return (
    <details className="basis-full text-meta">
      <summary className="min-h-6 content-center">
        All {services.length} services<span className="sr-only"> of {id}</span>
      </summary>
      <p className="pb-1 wrap-anywhere">{services.join(", ")}</p>
    </details>
  );
}

/** What the folded freezes hold, so that nobody has to unfold them to know whether it is theirs. */
function foldedInWords(folded: readonly Freeze[]): string {
  const isEverything = folded.some(({ services }) => services.length === 0);
  const names = [...new Set(folded.flatMap(({ services }) => services))];
  const what = isEverything ? "every service" : names.join(", ");
  return `${folded.length} more ${folded.length === 1 ? "freeze" : "freezes"}: ${what}`;
}

function Row({ freeze }: { freeze: Freeze }) {
  const { id, services, reason, by, until, incidentId } = freeze;
  const waiting = waitingOf(freeze);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5 not-first:border-t not-first:border-line">
      <p className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-2 gap-y-0.5">
        <FreezeGlyph />
        <b className="min-w-0 font-semibold wrap-anywhere">
          Deliveries of {frozenInWords(services)} are frozen
        </b>
        <span>
          until <Until at={until} />
        </span>
        <span className="max-w-full min-w-0 truncate text-ink-2 md:max-w-96" title={reason}>
          {reason}
        </span>
        <span className="min-w-0 wrap-anywhere text-ink-3">
          {id} by {by}
        </span>
        {incidentId ? (
          <Link
            href={`/incidents/${encodeURIComponent(incidentId)}#freezes`}
            className="inline-flex min-h-6 items-center underline underline-offset-2"
          >
            {incidentId}
          </Link>
        ) : null}
        <span className={waiting > 0 ? "font-medium" : "text-ink-3"}>
          {waitingInWords(waiting)}
        </span>
      </p>
      <FreezeActions freeze={freeze} />
      <AllServices id={id} services={services} />
      <Leaks freeze={freeze} />
    </li>
  );
}

/**
 * Stays in sight on wide screens; what has the focus is kept clear of it. Where it is taller than its
 * room it takes focus itself, so that the keys can scroll to all that is frozen.
 */
function Bar({ children }: { children: ReactNode }) {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = bar.current;
    if (!element) return;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => {
      const isSticky = getComputedStyle(element).position === "sticky";
      style.scrollPaddingBlockStart = isSticky ? `${element.offsetHeight + CLEAR}px` : "";
      if (element.scrollHeight > element.clientHeight) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    });
    observer.observe(element);
    // What unfolds makes the content taller, not the bar.
    for (const child of element.children) observer.observe(child);
    return () => {
      observer.disconnect();
      style.scrollPaddingBlockStart = "";
    };
  }, []);
  return (
    <section
      ref={bar}
      aria-label="Freezes"
      className="border-b border-line bg-warn-soft px-3 text-ink md:sticky md:top-0 md:z-[15] md:max-h-[40dvh] md:overflow-y-auto md:px-5"
    >
      {children}
    </section>
  );
}

/** The freezes that are on, newest first: what, until when, by whom, what waits, what doesn't hold. */
export default function FreezeBar({ freezes }: { freezes: Freeze[] }) {
  useSayFreezes(freezes);
  const open = freezes.slice(0, OPEN);
  const folded = freezes.slice(OPEN);
  return (
    <Bar>
      <ul>
        {open.map((freeze) => (
          <Row key={freeze.id} freeze={freeze} />
        ))}
      </ul>
      {folded.length > 0 ? (
        <details className="border-t border-line">
          <summary className="min-h-7 content-center wrap-anywhere">
            {foldedInWords(folded)}
          </summary>
          <ul>
            {folded.map((freeze) => (
              <Row key={freeze.id} freeze={freeze} />
            ))}
          </ul>
        </details>
      ) : null}
    </Bar>
  );
}
