"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useReducer, useRef, useState } from "react";
import { announce, announceLater } from "@/components/announcer/announce";
import { useMayAct } from "@/components/lever/use-may-act";
import { ProblemError, sentenceOf } from "@/lib/browser/api";
import { retroApi } from "@/lib/browser/retro-api";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { RetroSection } from "@/lib/contracts/retro";
import { isUnsaved, startTyping, stepTyping, type Typing } from "./section-typing";
import { findUnsent, keepUnsent } from "./unsent-text";

const PAUSE_MS = 600;
const RETRY_MS = 2_000;
const RETRY_MOST_MS = 20_000;

/** What the writer and the screen reader are told when a save didn't simply pass. */
export function saidOf(typing: Typing): string {
  const other = typing.otherWriter ?? "somebody else";
  if (typing.conflict) return `${other} changed the same words. Nothing was overwritten.`;
  return typing.said === "merged" ? `Merged with what ${other} wrote` : "Saved";
}

/**
 * A section that saves as one types: after a pause, on leaving the field, and again until the server
 * has it. What others write arrives by itself.
 */
export function useSection(incidentId: string, section: RetroSection) {
  const { name: me } = useMayAct();
  const client = useQueryClient();
  const [typing, step] = useReducer(stepTyping, section, startTyping);
  /** Resolves when an input method has finished a word: until then the field mustn't change. */
  const composing = useRef<{ done: Promise<void>; end: () => void } | null>(null);
  const untilComposed = () => composing.current?.done;
  /** The field was left: nothing more is coming, so nothing is waited for. */
  const [isLeft, setLeft] = useState(false);
  const unsaved = isUnsaved(typing);
  const { text, sent, conflict, failure, known } = typing;
  const { name } = section;

  const save = useEffectEvent(async (words: string) => {
    if (words === known.text || sent !== null || conflict || composing.current) return;
    step({ type: "sending", text: words });
    try {
      const input = { text: words, base: known.revision };
      const outcome = await retroApi.saveSection(incidentId, name, input);
      // The page may be gone by now, and nobody left to tidy up.
      if (outcome.outcome !== "conflict" && findUnsent(incidentId, name)?.text === words) {
        keepUnsent(incidentId, name, null);
      }
      await untilComposed();
      step({ type: "answered", outcome });
      const view = retroQueries.retro(incidentId).queryKey;
      client.setQueryData(view, (was) => {
        if (!was) return was;
        const sections = was.document.sections.map((each) =>
          each.name === name && each.revision <= outcome.section.revision ? outcome.section : each,
        );
        return { ...was, document: { ...was.document, sections } };
      });
    } catch (error) {
      const status = error instanceof ProblemError ? error.status : 0;
      const again = status === 0 || status >= 500 || status === 429;
      step({ type: "failed", sentence: sentenceOf(error), again });
    }
  });

  useEffect(() => step({ type: "read", section, me }), [section, me]);

  useEffect(() => {
    const unsent = findUnsent(incidentId, name);
    if (unsent) step({ type: "found", ...unsent });
  }, [incidentId, name]);

  useEffect(() => {
    keepUnsent(incidentId, name, unsaved ? { text, base: known } : null);
  }, [incidentId, name, unsaved, text, known]);

  const wait = failure
    ? Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** (failure.tries - 1))
    : isLeft
      ? 0
      : PAUSE_MS;
  const isDue = unsaved && sent === null && !conflict && (failure?.again ?? true);
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(() => void save(text), wait);
    return () => clearTimeout(timer);
  }, [isDue, text, wait]);

  const isAtRisk = unsaved || conflict !== null;
  useEffect(() => {
    if (!isAtRisk) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const now = () => void save(text);
    const hide = () => (document.visibilityState === "hidden" ? now() : undefined);
    window.addEventListener("beforeunload", warn);
    window.addEventListener("online", now);
    document.addEventListener("visibilitychange", hide);
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("online", now);
      document.removeEventListener("visibilitychange", hide);
    };
  }, [isAtRisk, text]);

  const leave = useEffectEvent(() => void save(text));
  useEffect(() => () => leave(), []);

  const { said } = typing;
  const tell = useEffectEvent(() => {
    if (conflict) announce(saidOf(typing));
    else if (said === "merged") announceLater(`${saidOf(typing)}.`);
    else if (failure) announceLater(failure.sentence);
  });
  useEffect(() => {
    if (conflict || said === "merged" || failure) tell();
  }, [conflict, said, failure]);

  const type = useCallback((next: string) => {
    setLeft(false);
    step({ type: "typed", text: next });
  }, []);
  return {
    typing,
    isUnsaved: unsaved,
    type,
    leave: () => setLeft(true),
    choose: (way: "both" | "theirs" | "mine") => step({ type: "chose", way }),
    composeStart: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      composing.current = { done: promise, end: resolve };
    },
    composeEnd: () => {
      composing.current?.end();
      composing.current = null;
    },
  };
}
