"use client";
import { useEffect, useRef } from "react";
import { announceLater } from "@/components/announcer/announce";
import { HOLD_STATES, isLeaking, LAYERS } from "@/components/hold/hold-words";
import { useMayAct } from "@/components/lever/use-may-act";
import type { Freeze } from "@/lib/contracts/freeze";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";

/** A freeze as old as this was there before the page was (ms). */
const FRESH_MS = 15_000;

/** What is worth saying of freezes, each by what it is about. */
export function newsOf(freezes: readonly Freeze[]): { key: string; sentence: string }[] {
  return freezes.flatMap(({ id, services, by, until, holds }) => [
    {
      key: id,
      sentence: `${by} froze deliveries of ${frozenInWords(services)} until ${untilInWords(until)}.`,
    },
    ...holds.filter(isLeaking).map(({ layer, subject, state, id: hold }) => ({
      key: `${id} ${hold} ${state}`,
      sentence: `${id}, ${LAYERS[layer]}: ${HOLD_STATES[state].word}, ${subject}.`,
    })),
  ]);
}

/** Says what others froze, and what a freeze no longer holds, when it comes; not what was there before. */
export function useSayFreezes(freezes: readonly Freeze[]): void {
  const { name } = useMayAct();
  const said = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const news = newsOf(freezes);
    const known = said.current;
    said.current = new Set([...(known ?? []), ...news.map(({ key }) => key)]);
    const isOwn = new Set(freezes.flatMap(({ id, by }) => (by === name ? [id] : [])));
    const isFresh = new Set(
      freezes.flatMap(({ id, createdAt }) =>
        Date.now() - Date.parse(createdAt) < FRESH_MS ? [id] : [],
      ),
    );
    for (const { key, sentence } of news) {
      const isNew = known === null ? isFresh.has(key) : !known.has(key);
      if (isNew && !isOwn.has(key)) announceLater(sentence);
    }
  }, [freezes, name]);
}
