"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { FormEnd } from "@/components/ui/form-end";
import { useSending } from "@/components/ui/use-sending";
import { incidentApi } from "@/lib/browser/incident-api";

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();

/** Writes a note into the timeline; Ctrl or Cmd with Enter keeps it, Esc leaves it. */
export default function NoteForm({
  incidentId,
  onDone,
}: {
  incidentId: string;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const [text, setText] = useState("");
  // The focus goes back to what opened the form, once the form, which had it, is gone.
  const [opener] = useState(() => document.activeElement);
  useEffect(() => () => (opener instanceof HTMLElement ? opener.focus() : undefined), [opener]);
  const add = useSending(async () => {
    await incidentApi.addNote(incidentId, { text });
    announce("Note kept.");
    void client.invalidateQueries({ queryKey: ["incident", incidentId] });
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) add.send();
  };
  return (
    <form onSubmit={submit} className="panel flex flex-col gap-2 p-3">
      <label className="flex flex-col gap-1 font-medium">
        Note
        <textarea
          // The form appears because the user asked for it; its field is where they are going.
          ref={focusOnce}
          required
          rows={2}
          value={text}
          placeholder="What you see, what you decided, what customers say"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onDone();
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) submit(event);
          }}
          className="field font-normal"
        />
      </label>
      <FormEnd
        label="Keep note"
        error={add.error}
        isPending={add.isPending}
        onLeave={onDone}
        size="normal"
      />
    </form>
  );
}
