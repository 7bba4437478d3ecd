"use client";
import { lazy, Suspense, useState } from "react";
import { runningTime } from "@/components/clock/duration";
import { Time } from "@/components/clock/time";
import { ExternalLink } from "@/components/ui/external-link";
import { Tag } from "@/components/ui/tag";
import { sentenceOf } from "@/lib/browser/api";
import type { TimelineItem } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";
import { saidBy } from "./said-by";
import { offsetFrom } from "./timeline-groups";
import { useCurate } from "./use-curate";

const ItemEditor = lazy(() => import("./item-editor"));

const focusOnce = (button: HTMLButtonElement | null) => button?.focus();
const press = "min-h-6 text-meta text-ink-2 underline underline-offset-2 disabled:opacity-60";

/** What belongs to a line besides its words: note, what was recorded, merged lines, attachments. */
function Details({ item }: { item: TimelineItem }) {
  const { mayEdit } = useRetroDesk();
  const curate = useCurate();
  return (
    <>
      {item.note ? (
        <p className="mt-0.5 max-w-[52rem] border-s-2 border-accent ps-2 whitespace-pre-wrap wrap-anywhere">
          <span className="sr-only">Note: </span>
          {item.note}
        </p>
      ) : null}
      {item.originalText ? (
        <p className="text-meta text-ink-3">recorded as “{item.originalText}”</p>
      ) : null}
      {item.attachments.length > 0 ? (
        <ul aria-label="Attachments" className="mt-0.5 flex flex-col gap-1">
          {item.attachments.map((attachment) => (
            <li key={`${attachment.title} ${attachment.url} ${attachment.text?.slice(0, 40)}`}>
              <ExternalLink href={attachment.url}>{attachment.title}</ExternalLink>
              {attachment.text ? (
                <pre className="mt-0.5 max-w-full overflow-x-auto rounded-md bg-sunken px-2 py-1 font-mono text-meta whitespace-pre-wrap wrap-anywhere">
                  {attachment.text}
                </pre>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {item.merged.length > 0 ? (
        <details className="text-meta text-ink-2">
          <summary className="inline-block min-h-6">
            {item.merged.length} merged {item.merged.length === 1 ? "line" : "lines"}
          </summary>
          <ul>
            {item.merged.map((part) => (
              <li key={part.subject} className="flex flex-wrap gap-x-2">
                <Time at={part.at} only="absolute" />
                <span className="min-w-0 flex-1 wrap-anywhere">{part.text}</span>
                {mayEdit ? (
                  <button
                    type="button"
                    className={press}
                    disabled={curate.isPending}
                    onClick={() =>
                      curate.mutate({
                        subject: part.subject,
                        version: part.version,
                        change: { mergedInto: null },
                        said: "Taken apart.",
                      })
                    }
                  >
                    Take apart<span className="sr-only"> {part.text}</span>
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
          {curate.isError ? <p role="alert">{sentenceOf(curate.error)}</p> : null}
        </details>
      ) : null}
    </>
  );
}

/** The line is about to go: the focus goes on to the next one's first action, or the one before. */
function passFocus(button: HTMLElement): void {
  const row = button.closest("tr");
  const actions = [...(row?.closest("table")?.querySelectorAll<HTMLElement>("[data-act]") ?? [])];
  const here = actions.findIndex((each) => row?.contains(each));
  (actions[here + 1] ?? actions[here - 1])?.focus();
}

/** What can be done with a line by who may: keep or hide it, merge it into the one above, edit it. */
function Actions({
  item,
  above,
  goesWhenHidden,
  onEdit,
  isBack,
}: {
  item: TimelineItem;
  above: TimelineItem | null;
  goesWhenHidden: boolean;
  onEdit: () => void;
  /** The editor was closed: its button has the focus again. */
  isBack: boolean;
}) {
  const curate = useCurate();
  const line = <span className="sr-only"> line of {item.at.slice(11, 19)}</span>;
  const say = (change: Parameters<typeof curate.mutate>[0]["change"], said: string) =>
    curate.mutate({ subject: item.subject, version: item.version, change, said });
  const isHidden = item.shown === "hidden";
  return (
    <div className="flex flex-wrap items-start justify-end gap-x-2.5 max-sm:justify-start">
      <button
        type="button"
        className={press}
        disabled={curate.isPending}
        data-act
        onClick={({ currentTarget }) => {
          if (isHidden) return say({ shown: "kept" }, "Line kept.");
          if (goesWhenHidden) passFocus(currentTarget);
          say({ shown: "hidden" }, "Line hidden.");
        }}
      >
        {isHidden ? "Keep" : "Hide"}
        {line}
      </button>
      {above && !isHidden ? (
        <button
          type="button"
          className={press}
          disabled={curate.isPending}
          onClick={({ currentTarget }) => {
            passFocus(currentTarget);
            say({ mergedInto: above.subject }, "Merged into the line above.");
          }}
        >
          Merge up
          {line}
        </button>
      ) : null}
      <button ref={isBack ? focusOnce : undefined} type="button" className={press} onClick={onEdit}>
        Edit
        {line}
      </button>
      {curate.isError ? (
        <p role="alert" className="basis-full text-meta">
          {sentenceOf(curate.error)}
        </p>
      ) : null}
    </div>
  );
}

/** One line of the curated timeline. */
export function TimelineRow({
  item,
  above,
  start,
  isLit,
  goesWhenHidden,
}: {
  item: TimelineItem;
  /** The kept line before it, into which it may be merged. */
  above: TimelineItem | null;
  /** When harm began. */
  start: string;
  /** Somebody asked which lines a factor rests on. */
  isLit: boolean;
  /** Hidden lines aren't listed at the moment. */
  goesWhenHidden: boolean;
}) {
  const { mayEdit } = useRetroDesk();
  const [editing, setEditing] = useState<"not-yet" | "now" | "done">("not-yet");
  const isHidden = item.shown === "hidden";
  const by = saidBy(item);
  const isSaid = item.source === item.by?.toLowerCase();
  const origin = [by, isSaid ? null : item.source].filter((each) => each !== null);
  return (
    <tr
      id={`line-${item.subject}`}
      tabIndex={isLit ? -1 : undefined}
      data-lit={isLit || undefined}
      className={`scroll-mt-16 data-lit:bg-accent-soft data-lit:[&>td:first-child]:shadow-[inset_3px_0_0_var(--accent)] max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:border-b max-sm:border-line max-sm:py-1 max-sm:*:border-0! max-sm:*:py-0.5! ${isHidden ? "text-ink-3" : ""}`}
    >
      <td className="text-ink-2 sm:w-24 sm:whitespace-nowrap lg:w-40">
        <Time at={item.at} only="absolute" />{" "}
        <span className="text-meta text-ink-3 sm:max-lg:block">
          {offsetFrom(start, item.at, runningTime)}
        </span>
        {item.originalAt ? (
          <span className="block text-meta text-ink-3">
            recorded <s className="no-underline">{item.originalAt.slice(11, 19)}</s>
          </span>
        ) : null}
      </td>
      <td className="text-ink-3 sm:w-20 sm:ps-0! lg:w-24">{item.kind}</td>
      <td className="wrap-anywhere max-sm:col-span-2 sm:ps-0!">
        <div className="flex flex-wrap items-start gap-x-2">
          <div className="min-w-0 flex-1 basis-64">
            <span
              className={item.kind === "note" || item.kind === "event" ? "whitespace-pre-wrap" : ""}
            >
              <ExternalLink href={item.url}>{item.text}</ExternalLink>
            </span>{" "}
            <span className="text-ink-3">{origin.join(" · ")}</span>{" "}
            {item.known === "then" ? <Tag>known then</Tag> : null}
            {item.known === "later" ? <Tag tone="warn">known only later</Tag> : null}
            {isHidden ? <Tag>hidden</Tag> : null}
            <Details item={item} />
          </div>
          {mayEdit && editing !== "now" ? (
            <Actions
              item={item}
              above={above}
              goesWhenHidden={goesWhenHidden}
              onEdit={() => setEditing("now")}
              isBack={editing === "done"}
            />
          ) : null}
        </div>
        {editing === "now" ? (
          <Suspense fallback={null}>
            <ItemEditor item={item} onDone={() => setEditing("done")} />
          </Suspense>
        ) : null}
      </td>
    </tr>
  );
}
