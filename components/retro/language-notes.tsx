"use client";
import { type RefObject, useDeferredValue, useMemo } from "react";
import { checkLanguage } from "@/lib/rules/blameless-language";
import { useRetroDesk } from "./retro-desk";

const MOST = 6;

/**
 * Phrases that blame or tell of what didn't happen, each with a question that leads further. A press
 * goes to the phrase in the field. Nothing is refused: the writer decides.
 */
export function LanguageNotes({
  text,
  field,
}: {
  text: string;
  field: RefObject<HTMLTextAreaElement | null>;
}) {
  const { names } = useRetroDesk();
  const later = useDeferredValue(text);
  const marks = useMemo(() => checkLanguage(later, names), [later, names]);
  if (marks.length === 0) return null;
  return (
    <ul aria-label="Words to look at again" className="flex max-w-[52rem] flex-col text-meta">
      {marks.slice(0, MOST).map((mark) => (
        <li key={mark.from} className="flex flex-wrap items-baseline gap-x-2">
          <button
            type="button"
            className="min-h-6 text-start underline decoration-warn decoration-wavy underline-offset-3"
            onClick={() => {
              field.current?.focus();
              field.current?.setSelectionRange(mark.from, mark.to);
            }}
          >
            {mark.phrase}
          </button>
          <span className="min-w-0 text-ink-2">{mark.question}</span>
        </li>
      ))}
      {marks.length > MOST ? (
        <li className="text-ink-3">{marks.length - MOST} more further down.</li>
      ) : null}
    </ul>
  );
}
