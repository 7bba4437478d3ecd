"use client";
import { lazy, Suspense, useState } from "react";
import { Time } from "@/components/clock/time";
import { ExternalLink } from "@/components/ui/external-link";
import { usePageState } from "@/components/ui/use-page-state";
import type { LogLine } from "./log-lines";

const NoteEditor = lazy(() => import("./note-editor"));

const focusOnce = (button: HTMLButtonElement | null) => button?.focus();

/** One line of the log; notes can be edited in place by who may act. */
export function LogRow({
  line,
  incidentId,
  mayEdit,
}: {
  line: LogLine;
  incidentId: string;
  mayEdit: boolean;
}) {
  const [editing, setEditing] = useState<"not-yet" | "now" | "done">("not-yet");
  const [, setPage] = usePageState();
  const { entry } = line;
  return (
    <tr className="max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:border-b max-sm:border-line max-sm:py-1 max-sm:*:border-0! max-sm:*:py-0.5!">
      <td className="w-44 text-ink-2 sm:whitespace-nowrap">
        <Time at={line.at} />
      </td>
      <td className="w-28 text-ink-3 sm:ps-0!">{line.kind}</td>
      <td className="wrap-anywhere max-sm:col-span-2">
        {editing === "now" && entry ? (
          <Suspense fallback={line.text}>
            <NoteEditor incidentId={incidentId} entry={entry} onDone={() => setEditing("done")} />
          </Suspense>
        ) : (
          <div className="flex flex-wrap items-start gap-x-2">
            <div className="min-w-0 flex-1 basis-52">
              <span className={line.kind === "note" ? "whitespace-pre-wrap" : ""}>
                <ExternalLink href={line.url}>{line.text}</ExternalLink>
              </span>{" "}
              {line.by && !line.text.startsWith(line.by) ? (
                <span className="text-ink-3">{line.by}</span>
              ) : null}
              {entry?.original ? (
                <details className="text-meta text-ink-3">
                  <summary className="inline-block min-h-6 underline underline-offset-2">
                    edited
                  </summary>
                  <p className="whitespace-pre-wrap text-ink-2">
                    first written: “{entry.original.text}”{" "}
                    <Time at={entry.original.at} only="absolute" />
                  </p>
                </details>
              ) : null}
            </div>
            {line.changeId ? (
              <button
                type="button"
                className="min-h-6 text-meta text-accent underline underline-offset-2"
                onClick={() => setPage({ change: line.changeId })}
              >
                Details<span className="sr-only"> of {line.text}</span>
              </button>
            ) : null}
            {entry?.kind === "note" && mayEdit ? (
              <button
                // The field that had the focus is gone: it comes back to the button that opened it.
                ref={editing === "done" ? focusOnce : undefined}
                type="button"
                className="min-h-6 text-meta text-ink-2 underline underline-offset-2"
                onClick={() => setEditing("now")}
              >
                Edit<span className="sr-only"> note of {line.at.slice(11, 16)}</span>
              </button>
            ) : null}
          </div>
        )}
      </td>
    </tr>
  );
}
