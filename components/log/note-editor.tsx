"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { FormEnd } from "@/components/ui/form-end";
import { incidentApi } from "@/lib/browser/incident-api";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";

/** A moment as a UTC date-time field wants it, and back. */
export const toField = (iso: string) => iso.slice(0, 19);
export const fromField = (value: string) =>
  new Date(`${value.length === 16 ? `${value}:00` : value}Z`).toISOString();

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();

/**
 * Text and time of a note; what was first written is kept. Ctrl or Cmd with Enter saves, Esc leaves
 * it.
 */
export default function NoteEditor({
  incidentId,
  entry,
  onDone,
}: {
  incidentId: string;
  entry: TimelineEntry;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const [text, setText] = useState(entry.text);
  const [at, setAt] = useState(toField(entry.at));
  const edit = useMutation({
    mutationFn: () =>
      incidentApi.editNote(incidentId, entry.id, {
        text,
        at: at === toField(entry.at) ? undefined : fromField(at),
        version: entry.version,
      }),
    onSuccess: () => {
      announce("Note changed. What was first written is kept.");
      void client.invalidateQueries({ queryKey: ["incident", incidentId] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    edit.mutate();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Escape") onDone();
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || edit.isPending) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} className="flex flex-col gap-2">
      <label className="flex flex-col gap-1 text-meta text-ink-2">
        Note
        <textarea
          ref={focusOnce}
          required
          rows={2}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="field text-body"
        />
      </label>
      <label className="flex flex-wrap items-center gap-2 text-meta text-ink-2">
        When (UTC)
        <input
          type="datetime-local"
          step="1"
          required
          value={at}
          onChange={(event) => setAt(event.target.value)}
          className="field"
        />
      </label>
      <FormEnd label="Save" error={edit.error} isPending={edit.isPending} onLeave={onDone} />
    </form>
  );
}
