"use client";
import { useState } from "react";
import type { TimelineItem } from "@/lib/contracts/retro";

const MOST = 40;

/** Chooses lines of the timeline: a short list narrowed by typing; chosen ones stay on top. */
export function LinePicker({
  timeline,
  value,
  onChange,
}: {
  timeline: TimelineItem[];
  value: string[];
  onChange: (next: string[]) => void;
}) {
  const [words, setWords] = useState("");
  const asked = words.trim().toLowerCase();
  const isChosen = (item: TimelineItem) => value.includes(item.subject);
  const fitting = timeline.filter(
    (item) =>
      isChosen(item) || (asked ? item.text.toLowerCase().includes(asked) : item.shown === "kept"),
  );
  const listed = [...fitting.filter(isChosen), ...fitting.filter((item) => !isChosen(item))];
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-meta text-ink-2">Lines of the timeline it rests on</legend>
      <input
        type="search"
        aria-label="Find a line"
        placeholder="Find a line"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="field"
      />
      <ul className="max-h-52 overflow-y-auto rounded-md border border-line" data-lines>
        {listed.slice(0, MOST).map((item) => (
          <li key={item.subject} className="border-b border-line last:border-b-0">
            <label className="flex min-h-7 cursor-pointer items-start gap-2 px-2 py-1 has-checked:bg-accent-soft">
              <input
                type="checkbox"
                checked={isChosen(item)}
                onChange={({ target }) =>
                  onChange(
                    target.checked
                      ? [...value, item.subject]
                      : value.filter((subject) => subject !== item.subject),
                  )
                }
                className="mt-0.5 size-4 accent-(--accent)"
              />
              <span className="text-ink-3">{item.at.slice(11, 19)}</span>
              <span className="line-clamp-2 min-w-0 flex-1 wrap-anywhere">{item.text}</span>
            </label>
          </li>
        ))}
        {listed.length === 0 ? (
          <li className="px-2 py-1.5 text-ink-2">No line with these words.</li>
        ) : null}
        {listed.length > MOST ? (
          <li className="px-2 py-1.5 text-ink-3">
            {listed.length - MOST} more; type to narrow them.
          </li>
        ) : null}
      </ul>
    </fieldset>
  );
}
