"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { Time } from "@/components/clock/time";
import { Tag } from "@/components/ui/tag";
import { useOpened } from "@/components/ui/use-opened";
import { sentenceOf } from "@/lib/browser/api";
import type { FollowUp } from "@/lib/contracts/follow-up";
import { FollowUpIssue } from "./follow-up-issue";
import { kindWords } from "./follow-up-words";
import { useEditFollowUp } from "./use-follow-up";

const FollowUpForm = lazy(() => import("./follow-up-form"));

const press = "min-h-6 text-meta text-ink-2 underline underline-offset-2 disabled:opacity-60";

function State({ followUp, late }: { followUp: FollowUp; late: boolean }) {
  if (followUp.state === "done") return <Tag tone="good">done</Tag>;
  if (followUp.state === "dropped") return <Tag>dropped</Tag>;
  return late ? <Tag tone="warn">overdue</Tag> : <Tag>open</Tag>;
}

/** One thing to be done after an incident: who, until when, to which end, and how it stands. */
export function FollowUpRow({
  followUp,
  late,
  mayEdit,
  from,
}: {
  followUp: FollowUp;
  late: boolean;
  mayEdit: boolean;
  /** Where it comes from, on the page that shows those of several incidents, by team. */
  from?: ReactNode;
}) {
  const editor = useOpened();
  const edit = useEditFollowUp(followUp, editor.isOpen ? editor.close : undefined);
  if (editor.isOpen) {
    return (
      <li className="border-b border-line last:border-b-0">
        <Suspense fallback={null}>
          <FollowUpForm
            followUp={followUp}
            isPending={edit.isPending}
            error={edit.error}
            onSave={(input) => edit.mutate(input)}
            onDone={editor.close}
          />
        </Suspense>
      </li>
    );
  }
  const { state } = followUp;
  return (
    <li
      aria-label={followUp.title}
      className="grid gap-x-4 gap-y-1 border-b border-line px-3.5 py-2 last:border-b-0 lg:grid-cols-[minmax(0,1fr)_auto]"
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <State followUp={followUp} late={late} />
          <span
            className={`min-w-0 wrap-anywhere ${state === "open" ? "font-medium" : "text-ink-2"}`}
          >
            <bdi>{followUp.title}</bdi>
          </span>
          <span className="text-ink-3">{followUp.id}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 text-meta text-ink-2">
          <span>to {kindWords[followUp.kind]}</span>
          <span>{followUp.owner ?? "no owner"}</span>
          {followUp.team && !from ? <span>{followUp.team}</span> : null}
          <span className={late ? "font-medium text-ink" : ""}>
            {followUp.dueOn ? (
              <>
                due <time dateTime={followUp.dueOn}>{followUp.dueOn}</time>
              </>
            ) : (
              "no due date"
            )}
          </span>
          {followUp.closedAt ? (
            <span>
              {state} <Time at={followUp.closedAt} only="relative" />
            </span>
          ) : null}
          {from}
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1 lg:justify-end">
        <FollowUpIssue followUp={followUp} mayEdit={mayEdit} />
        {mayEdit ? (
          <span className="flex flex-wrap gap-x-2.5">
            {state === "open" ? (
              <>
                <button
                  type="button"
                  className={press}
                  disabled={edit.isPending}
                  onClick={() => edit.mutate({ state: "done" })}
                >
                  Done<span className="sr-only"> {followUp.id}</span>
                </button>
                <button
                  type="button"
                  className={press}
                  disabled={edit.isPending}
                  onClick={() => edit.mutate({ state: "dropped" })}
                >
                  Drop<span className="sr-only"> {followUp.id}</span>
                </button>
              </>
            ) : (
              <button
                type="button"
                className={press}
                disabled={edit.isPending}
                onClick={() => edit.mutate({ state: "open" })}
              >
                Open again<span className="sr-only"> {followUp.id}</span>
              </button>
            )}
            <button ref={editor.opener} type="button" className={press} onClick={editor.open}>
              Edit<span className="sr-only"> {followUp.id}</span>
            </button>
          </span>
        ) : null}
      </div>
      {edit.isError ? (
        <p role="alert" className="text-meta lg:col-span-2">
          {sentenceOf(edit.error)}
        </p>
      ) : null}
    </li>
  );
}
