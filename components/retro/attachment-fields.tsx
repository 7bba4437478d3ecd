"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { freshKey } from "@/lib/browser/fresh-key";
import type { Attachment } from "@/lib/contracts/retro";

const label = "flex min-w-0 flex-col gap-1 text-meta text-ink-2";

/** Links and pieces of text that belong to a line: a graph, a message, a line of a log. */
export function AttachmentFields({
  value,
  onChange,
}: {
  value: Attachment[];
  onChange: (next: Attachment[]) => void;
}) {
  /** Attachments have no name of their own. */
  const [keys, setKeys] = useState(() => value.map(freshKey));
  const set = (index: number, part: Partial<Attachment>) =>
    onChange(value.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-meta text-ink-2">Attachments</legend>
      {value.map((attachment, index) => (
        <div key={keys[index]} className="grid gap-2 rounded-md bg-sunken p-2 sm:grid-cols-2">
          <label className={label}>
            Title
            <input
              required
              maxLength={200}
              value={attachment.title}
              onChange={(event) => set(index, { title: event.target.value })}
              className="field text-body"
            />
          </label>
          <label className={label}>
            Link
            <input
              type="url"
              pattern="https?://.+"
              placeholder="https://"
              value={attachment.url ?? ""}
              onChange={(event) => set(index, { url: event.target.value || null })}
              className="field text-body"
            />
          </label>
          <label className={`${label} sm:col-span-2`}>
            Text
            <textarea
              rows={2}
              maxLength={20_000}
              value={attachment.text ?? ""}
              onChange={(event) => set(index, { text: event.target.value || null })}
              className="field font-mono text-meta"
            />
          </label>
          <Button
            size="small"
            className="justify-self-start"
            onClick={() => {
              setKeys(keys.filter((_, at) => at !== index));
              onChange(value.filter((_, at) => at !== index));
            }}
          >
            Take away<span className="sr-only"> attachment {attachment.title || index + 1}</span>
          </Button>
        </div>
      ))}
      {value.length < 20 ? (
        <Button
          size="small"
          className="self-start"
          onClick={() => {
            setKeys([...keys, freshKey()]);
            onChange([...value, { title: "", url: null, text: null }]);
          }}
        >
          Attach a link or text
        </Button>
      ) : null}
    </fieldset>
  );
}
