"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { fromField, toField } from "@/components/log/note-editor";
import { FormEnd } from "@/components/ui/form-end";
import { retroApi } from "@/lib/browser/retro-api";
import type { Attachment, TimelineItem } from "@/lib/contracts/retro";
import { AttachmentFields } from "./attachment-fields";
import { KnownField } from "./known-field";
import { useRetroDesk } from "./retro-desk";

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();
const label = "flex flex-col gap-1 text-meta text-ink-2";

/** Adds what no system recorded: a call, a thought, something seen. */
export default function AddEventForm({ near, onDone }: { near: string; onDone: () => void }) {
  const { incidentId } = useRetroDesk();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [at, setAt] = useState(toField(near));
  const [known, setKnown] = useState<TimelineItem["known"]>(null);
  const [attachments, setAttachments] = useState<Attachment[]>([]);
  const add = useMutation({
    mutationFn: () =>
      retroApi.addEvent(incidentId, { text: text.trim(), at: fromField(at), known, attachments }),
    onSuccess: () => {
      announce("Event added.");
      void client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
      }}
      aria-label="Add an event"
      className="flex flex-col gap-2.5 border-b border-line p-3.5"
    >
      <label className={label}>
        What happened
        <textarea
          ref={focusOnce}
          required
          rows={2}
          maxLength={5_000}
          value={text}
          placeholder="Support got three calls within a minute"
          onChange={(event) => setText(event.target.value)}
          className="field text-body"
        />
      </label>
      <label className={`${label} items-start`}>
        When (UTC)
        <input
          type="datetime-local"
          step="1"
          required
          value={at}
          onChange={(event) => setAt(event.target.value)}
          className="field text-body"
        />
      </label>
      <KnownField value={known} onChange={setKnown} />
      <AttachmentFields value={attachments} onChange={setAttachments} />
      <FormEnd label="Add event" error={add.error} isPending={add.isPending} onLeave={onDone} />
    </form>
  );
}
