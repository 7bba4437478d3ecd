"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { useOpened } from "@/components/ui/use-opened";
import { usePageState } from "@/components/ui/use-page-state";
import type { RetroDocument, TimelineItem } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";
import { timelineGroups } from "./timeline-groups";
import { TimelineRow } from "./timeline-row";

const AddEventForm = lazy(() => import("./add-event-form"));

const STEP = 150;
const chosen = "aria-pressed:bg-sunken aria-pressed:text-ink";

/** What happened, in order, as people agreed to tell it; the full log is one press away. */
export function TimelinePanel({
  document,
  lit,
}: {
  document: RetroDocument;
  /** Subjects of the lines to point at. */
  lit: readonly string[];
}) {
  const { mayEdit } = useRetroDesk();
  const [page, setPage] = usePageState();
  const [shown, setShown] = useState(STEP);
  const form = useOpened();
  const isFull = page.get("log") === "full";
  const { timeline, impact } = document;
  const hidden = timeline.filter((item) => item.shown === "hidden").length;
  // What a factor rests on may be folded into another line by now.
  const isLit = (item: TimelineItem) =>
    lit.includes(item.subject) || item.merged.some(({ subject }) => lit.includes(subject));
  const lines = timeline.filter((item) => isFull || item.shown === "kept" || isLit(item));
  const first = timeline.find(isLit)?.subject;
  useEffect(() => {
    if (first) window.document.getElementById(`line-${first}`)?.scrollIntoView({ block: "center" });
  }, [first]);

  const aboveOf = new Map<string, TimelineItem>();
  const kept = timeline.filter((item) => item.shown === "kept");
  for (const [index, item] of kept.entries()) {
    const above = kept[index - 1];
    if (above) aboveOf.set(item.subject, above);
  }
  const groups = timelineGroups(lines.slice(0, shown), impact);
  return (
    <Panel
      title="Timeline"
      aside={isFull ? `all ${timeline.length} lines` : `${lines.length} lines, ${hidden} hidden`}
      actions={
        <>
          <fieldset className="flex gap-1.5">
            <legend className="sr-only">Show in the timeline</legend>
            <Button
              size="small"
              aria-pressed={!isFull}
              className={chosen}
              onClick={() => setPage({ log: null })}
            >
              Curated
            </Button>
            <Button
              size="small"
              aria-pressed={isFull}
              className={chosen}
              onClick={() => setPage({ log: "full" })}
            >
              Full log
            </Button>
          </fieldset>
          {mayEdit ? (
            <Button
              ref={form.opener}
              size="small"
              aria-expanded={form.isOpen}
              onClick={form.isOpen ? form.close : form.open}
            >
              Add an event
            </Button>
          ) : null}
        </>
      }
    >
      {form.isOpen ? (
        <Suspense fallback={null}>
          <AddEventForm near={impact.from} onDone={form.close} />
        </Suspense>
      ) : null}
      {lines.length === 0 ? (
        <Empty title={hidden > 0 ? "Every line is hidden." : "Nothing was recorded."}>
          {hidden > 0
            ? "The full log has them all; keep the ones that tell the story."
            : "Add what people remember as events."}
        </Empty>
      ) : (
        <table className="grid-table max-sm:block max-sm:[&>tbody]:block">
          <thead className="sr-only">
            <tr>
              <th scope="col">When (UTC), and how long after harm began</th>
              <th scope="col">Kind</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.title} className="last:[&>tr:last-child>*]:border-b-0">
              <tr className="max-sm:block">
                <th
                  scope="rowgroup"
                  colSpan={3}
                  className="bg-sunken py-1! text-meta font-medium! text-ink-2 max-sm:block"
                >
                  {group.title}
                </th>
              </tr>
              {group.items.map((item) => (
                <TimelineRow
                  key={item.subject}
                  item={item}
                  above={aboveOf.get(item.subject) ?? null}
                  start={impact.from}
                  isLit={isLit(item)}
                  goesWhenHidden={!isFull}
                />
              ))}
            </tbody>
          ))}
        </table>
      )}
      {lines.length > shown ? (
        <div className="border-t border-line p-2.5">
          <Button size="small" onClick={() => setShown(shown + STEP)}>
            Show {Math.min(STEP, lines.length - shown)} more of {lines.length - shown}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
