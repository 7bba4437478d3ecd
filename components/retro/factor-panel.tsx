"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { useOpened } from "@/components/ui/use-opened";
import { sentenceOf } from "@/lib/browser/api";
import { retroApi } from "@/lib/browser/retro-api";
import type { Factor, TimelineItem } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";

const FactorForm = lazy(() => import("./factor-form"));

const press = "min-h-6 text-meta text-ink-2 underline underline-offset-2 disabled:opacity-60";

function FactorRow({
  factor,
  timeline,
  isLit,
  onLight,
}: {
  factor: Factor;
  timeline: TimelineItem[];
  isLit: boolean;
  onLight: (subjects: string[]) => void;
}) {
  const { incidentId, mayEdit } = useRetroDesk();
  const client = useQueryClient();
  const editor = useOpened();
  const [isArmed, setArmed] = useState(false);
  const remove = useMutation({
    mutationFn: () => retroApi.removeFactor(incidentId, factor.id),
    onSuccess: () => announce("Factor removed."),
    onSettled: () => client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true }),
  });
  if (editor.isOpen) {
    return (
      <li className="border-b border-line last:border-b-0">
        <Suspense fallback={null}>
          <FactorForm factor={factor} timeline={timeline} onDone={editor.close} />
        </Suspense>
      </li>
    );
  }
  const count = factor.subjects.length;
  const inWords = `${count} ${count === 1 ? "line" : "lines"}`;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-3.5 py-2 last:border-b-0">
      <p className="min-w-0 flex-1 basis-64 whitespace-pre-wrap wrap-anywhere">{factor.text}</p>
      <div className="flex flex-wrap items-center gap-x-2.5">
        {count > 0 ? (
          <button
            type="button"
            aria-pressed={isLit}
            className={press}
            onClick={() => {
              onLight(isLit ? [] : factor.subjects);
              if (!isLit) announce(`${inWords} marked in the timeline.`);
            }}
          >
            {isLit ? "Stop pointing" : `Show ${inWords}`}
          </button>
        ) : (
          <span className="text-meta text-ink-3">no lines linked</span>
        )}
        {mayEdit ? (
          <>
            <button ref={editor.opener} type="button" className={press} onClick={editor.open}>
              Edit<span className="sr-only"> factor {factor.text.slice(0, 60)}</span>
            </button>
            <button
              type="button"
              className={press}
              disabled={remove.isPending}
              onBlur={() => setArmed(false)}
              onClick={() => (isArmed ? remove.mutate() : setArmed(true))}
            >
              {isArmed ? "Confirm: remove" : "Remove"}
              <span className="sr-only"> factor {factor.text.slice(0, 60)}</span>
            </button>
          </>
        ) : null}
      </div>
      {remove.isError ? (
        <p role="alert" className="basis-full text-meta">
          {sentenceOf(remove.error)}
        </p>
      ) : null}
    </li>
  );
}

/** What had to come together, several things and never the one cause, each with the lines it rests on. */
export function FactorPanel({
  factors,
  timeline,
  lit,
  onLight,
}: {
  factors: Factor[];
  timeline: TimelineItem[];
  lit: readonly string[];
  onLight: (subjects: string[]) => void;
}) {
  const { mayEdit } = useRetroDesk();
  const form = useOpened();
  const add = (
    <Button ref={form.opener} onClick={form.open}>
      Add a factor
    </Button>
  );
  return (
    <Panel
      title="Contributing factors"
      aside="several conditions, no single cause"
      actions={
        mayEdit && factors.length > 0 && !form.isOpen ? (
          <Button ref={form.opener} size="small" onClick={form.open}>
            Add a factor
          </Button>
        ) : null
      }
    >
      {factors.length === 0 && !form.isOpen ? (
        <Empty title="No factor yet." action={mayEdit ? add : null}>
          What had to come together for this to happen and to last this long? How did each look at
          the time?
        </Empty>
      ) : null}
      <ul>
        {factors.map((factor) => (
          <FactorRow
            key={factor.id}
            factor={factor}
            timeline={timeline}
            isLit={
              factor.subjects.length > 0 && factor.subjects.every((each) => lit.includes(each))
            }
            onLight={onLight}
          />
        ))}
      </ul>
      {form.isOpen ? (
        <Suspense fallback={null}>
          <FactorForm factor={null} timeline={timeline} onDone={form.close} />
        </Suspense>
      ) : null}
    </Panel>
  );
}
