"use client";
import { lazy, Suspense, useId, useLayoutEffect, useRef, useState } from "react";
import type { RetroSection } from "@/lib/contracts/retro";
import { SECTION_PROMPTS } from "@/lib/rules/retro-prompts";
import { ConflictPanel } from "./conflict-panel";
import { LanguageNotes } from "./language-notes";
import { MoreToAsk } from "./more-to-ask";
import { moveCaret } from "./move-caret";
import { useRetroDesk } from "./retro-desk";
import { sectionPrompts } from "./section-prompts";
import { saidOf, useSection } from "./use-section";

const SectionHistory = lazy(() => import("./section-history"));

const focusOnce = (button: HTMLButtonElement | null) => button?.focus();

/** A section as text, for who reads only. */
export function SectionText({ section }: { section: RetroSection }) {
  const { title } = sectionPrompts[section.name];
  return (
    <section aria-label={title} className="px-3.5 py-3">
      <h3 className="mb-1 text-body">{title}</h3>
      {section.text.trim() ? (
        <p className="max-w-[52rem] whitespace-pre-wrap wrap-anywhere">{section.text}</p>
      ) : (
        <p className="text-ink-3">Nothing written.</p>
      )}
    </section>
  );
}

/** A section to write: it saves as one types, together with others. */
export function SectionField({ section }: { section: RetroSection }) {
  const { incidentId, others, writeIn } = useRetroDesk();
  const { typing, isUnsaved, type, leave, choose, composeStart, composeEnd } = useSection(
    incidentId,
    section,
  );
  const { title, prompt } = sectionPrompts[section.name];
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [history, setHistory] = useState<"not-yet" | "open" | "closed">("not-yet");
  const { text, failure, conflict } = typing;

  // What was typed before the script listened is kept.
  const [first] = useState(text);
  useLayoutEffect(() => {
    const typed = field.current?.value;
    if (typed !== undefined && typed !== first) type(typed);
  }, [first, type]);

  // The field is the browser's own, so that what others write can come in beside the caret.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || element.value === text) return;
    const { value, selectionStart, selectionEnd, scrollTop } = element;
    element.value = text;
    if (document.activeElement !== element) return;
    const move = (caret: number) => moveCaret(value, text, caret);
    element.setSelectionRange(move(selectionStart), move(selectionEnd));
    element.scrollTop = scrollTop;
  }, [text]);

  const here = others.filter((each) => each.section === section.name).map(({ name }) => name);
  const state = conflict
    ? "Not saved: choose below"
    : failure
      ? failure.again
        ? "Not saved yet, trying again. Your words are kept here."
        : "Not saved."
      : isUnsaved
        ? "Saving…"
        : typing.said === "nothing"
          ? ""
          : saidOf(typing);
  return (
    <section aria-labelledby={`${id}-title`} className="flex flex-col gap-1.5 px-3.5 py-3">
      <div className="flex flex-wrap items-baseline gap-x-2.5">
        <h3 id={`${id}-title`} className="text-body">
          <label htmlFor={id}>{title}</label>
        </h3>
        {here.length > 0 ? (
          <span className="text-meta font-medium text-accent">{here.join(", ")} writing here</span>
        ) : null}
        <span
          data-state={isUnsaved ? "unsaved" : "saved"}
          className={`ms-auto text-meta ${failure || conflict ? "font-medium text-warn" : "text-ink-3"}`}
        >
          {state}
        </span>
        {section.revision > 0 || history !== "not-yet" ? (
          <button
            ref={history === "closed" ? focusOnce : undefined}
            type="button"
            className="min-h-6 text-meta text-ink-2 underline underline-offset-2"
            onClick={() => setHistory("open")}
          >
            Earlier texts<span className="sr-only"> of {title}</span>
          </button>
        ) : null}
      </div>
      <p id={`${id}-prompt`} className="max-w-[52rem] text-meta text-ink-2">
        {prompt}
        {section.isDrafted && first
          ? " Drafted from the receipts; what you write replaces it."
          : ""}
      </p>
      <MoreToAsk prompts={SECTION_PROMPTS[section.name]} />
      <textarea
        ref={field}
        id={id}
        aria-describedby={`${id}-prompt`}
        defaultValue={first}
        rows={Math.min(14, Math.max(3, Math.ceil(first.length / 90) + 1))}
        onChange={(event) => type(event.target.value)}
        onFocus={() => writeIn(section.name)}
        onBlur={() => {
          leave();
          writeIn(null);
        }}
        onCompositionStart={composeStart}
        onCompositionEnd={composeEnd}
        className="field field-sizing-content min-h-20 w-full max-w-[52rem] resize-y py-2 leading-6"
      />
      {failure ? <p className="text-meta text-ink-2">{failure.sentence}</p> : null}
      {conflict ? (
        <ConflictPanel
          conflict={conflict}
          mine={text}
          who={typing.otherWriter ?? "Somebody else"}
          onChoose={(way) => {
            choose(way);
            field.current?.focus();
          }}
        />
      ) : null}
      <LanguageNotes text={text} field={field} />
      {history === "open" ? (
        <Suspense fallback={null}>
          <SectionHistory
            incidentId={incidentId}
            section={section.name}
            onClose={() => setHistory("closed")}
          />
        </Suspense>
      ) : null}
    </section>
  );
}
