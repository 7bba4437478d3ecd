"use client";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { fromField, toField } from "@/components/log/note-editor";
import { FormEnd } from "@/components/ui/form-end";
import type { Attachment, TimelineItem } from "@/lib/contracts/retro";
import { AttachmentFields } from "./attachment-fields";
import { KnownField } from "./known-field";
import { useCurate } from "./use-curate";

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();
const label = "flex flex-col gap-1 text-meta text-ink-2";

/**
 * What may be said of one line: a note, other words, another time, whether it was known, attachments.
 * What was recorded is kept beside it and comes back when a field is emptied.
 */
export default function ItemEditor({ item, onDone }: { item: TimelineItem; onDone: () => void }) {
  const [text, setText] = useState(item.text);
  const [at, setAt] = useState(toField(item.at));
  const [note, setNote] = useState(item.note ?? "");
  const [known, setKnown] = useState(item.known);
  const [attachments, setAttachments] = useState<Attachment[]>(item.attachments);
  const curate = useCurate(onDone);
  const save = () => {
    const recorded = { text: item.originalText ?? item.text, at: item.originalAt ?? item.at };
    const isOwn = item.kind === "event";
    const words = text.trim();
    curate.mutate({
      subject: item.subject,
      version: item.version,
      said: "Line changed. What was recorded is kept.",
      change: {
        note: note.trim() || null,
        known,
        attachments,
        ...(words === item.text
          ? {}
          : { text: !isOwn && (words === "" || words === recorded.text) ? null : words }),
        ...(at === toField(item.at)
          ? {}
          : { at: !isOwn && (at === "" || at === toField(recorded.at)) ? null : fromField(at) }),
      },
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === "Escape") onDone();
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || curate.isPending) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={onKeyDown}
      aria-label={`Edit line of ${item.at.slice(11, 16)}`}
      className="mt-2 flex max-w-[46rem] flex-col gap-2.5 rounded-md border border-line p-3"
    >
      <label className={label}>
        Note
        <textarea
          ref={focusOnce}
          rows={2}
          maxLength={5_000}
          value={note}
          placeholder="What this meant, what was seen, what was believed"
          onChange={(event) => setNote(event.target.value)}
          className="field text-body"
        />
      </label>
      <label className={label}>
        Words
        <textarea
          required={item.kind === "event"}
          rows={2}
          maxLength={5_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="field text-body"
        />
      </label>
      <label className={`${label} items-start`}>
        When (UTC)
        <input
          type="datetime-local"
          step="1"
          required={item.kind === "event"}
          value={at}
          onChange={(event) => setAt(event.target.value)}
          className="field text-body"
        />
      </label>
      <KnownField value={known} onChange={setKnown} />
      <AttachmentFields value={attachments} onChange={setAttachments} />
      <FormEnd label="Save" error={curate.error} isPending={curate.isPending} onLeave={onDone} />
    </form>
  );
}
