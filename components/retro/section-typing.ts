import type { RetroSection, SaveSectionOutcome } from "@/lib/contracts/retro";
import { mergeTexts } from "@/lib/rules/merge-texts";

/** The same words changed by two people: theirs stand on the server, ours in the field. */
export type Conflict = {
  theirs: RetroSection;
  yours: string;
  /** The two one after the other where they differ. */
  both: string;
};

/** A section while somebody writes in it. */
export type Typing = {
  /** What stands in the field. */
  text: string;
  /** What the server last acknowledged, and the revision that the field is based on. */
  known: { revision: number; text: string };
  /** Who else wrote what was last read, if it wasn't us. */
  otherWriter: string | null;
  /** What is on its way to the server. */
  sent: string | null;
  said: "nothing" | "saved" | "merged";
  conflict: Conflict | null;
  /** Why the last save failed; `again` says whether sending the same once more may help. */
  failure: { sentence: string; again: boolean; tries: number } | null;
};

export type TypingEvent =
  | { type: "typed"; text: string }
  | { type: "found"; text: string; base: { revision: number; text: string } }
  | { type: "read"; section: RetroSection; me: string | null }
  | { type: "sending"; text: string }
  | { type: "answered"; outcome: SaveSectionOutcome }
  | { type: "failed"; sentence: string; again: boolean }
  | { type: "chose"; way: "both" | "theirs" | "mine" };

export function startTyping(section: RetroSection): Typing {
  return {
    text: section.text,
    known: { revision: section.revision, text: section.text },
    otherWriter: null,
    sent: null,
    said: "nothing",
    conflict: null,
    failure: null,
  };
}

/** Whether the field holds words that the server hasn't acknowledged. */
export function isUnsaved({ text, known }: Typing): boolean {
  return text !== known.text;
}

function read(typing: Typing, section: RetroSection, me: string | null): Typing {
  const { known } = typing;
  const isNews = section.revision > known.revision && section.editedBy !== me;
  const otherWriter = (isNews ? section.editedBy : null) ?? typing.otherWriter;
  // What is on its way is answered with all that was written meanwhile; what is old is no news.
  if (typing.sent !== null || typing.conflict || section.revision < known.revision) {
    return { ...typing, otherWriter };
  }
  if (section.revision === known.revision && section.text === known.text) return typing;
  // Unsaved words stay on the text they were written on: the server merges the two when they arrive.
  if (isUnsaved(typing)) return { ...typing, otherWriter };
  return {
    ...typing,
    otherWriter,
    text: section.text,
    known: { revision: section.revision, text: section.text },
    said: "nothing",
  };
}

function answered(typing: Typing, { outcome, section, both, yours }: SaveSectionOutcome): Typing {
  const sent = typing.sent ?? typing.text;
  const settled = { ...typing, sent: null, failure: null };
  if (outcome === "conflict") {
    const mine = yours ?? sent;
    return {
      ...settled,
      said: "nothing",
      otherWriter: section.editedBy ?? typing.otherWriter,
      conflict: { theirs: section, yours: mine, both: both ?? `${section.text}\n\n${mine}` },
    };
  }
  // What was typed while the answer was on its way is done to the answer.
  const merged = mergeTexts(sent, section.text, typing.text);
  if (merged.outcome === "conflict") {
    const conflict = { theirs: section, yours: typing.text, both: merged.both };
    return { ...settled, said: "nothing", conflict };
  }
  return {
    ...settled,
    text: merged.text,
    known: { revision: section.revision, text: section.text },
    said: outcome,
  };
}

function chose(typing: Typing, way: "both" | "theirs" | "mine"): Typing {
  const { conflict } = typing;
  if (!conflict) return typing;
  const { theirs, yours, both } = conflict;
  const later = mergeTexts(yours, both, typing.text);
  const texts = {
    theirs: theirs.text,
    mine: typing.text,
    both: later.outcome === "merged" ? later.text : later.both,
  };
  return {
    ...typing,
    text: texts[way],
    known: { revision: theirs.revision, text: theirs.text },
    conflict: null,
    said: "nothing",
  };
}

/**
 * One step of a section that is written by several people at once. No word that was typed leaves
 * `text` unless its writer chose so or the server holds it.
 */
export function stepTyping(typing: Typing, event: TypingEvent): Typing {
  switch (event.type) {
    case "typed":
      return {
        ...typing,
        text: event.text,
        said: "nothing",
        // What was refused as it stood may pass now.
        failure: typing.failure?.again ? typing.failure : null,
      };
    case "found":
      return { ...typing, text: event.text, known: event.base, said: "nothing" };
    case "read":
      return read(typing, event.section, event.me);
    case "sending":
      return { ...typing, sent: event.text };
    case "answered":
      return answered(typing, event.outcome);
    case "failed": {
      const tries = (typing.failure?.tries ?? 0) + 1;
      const failure = { sentence: event.sentence, again: event.again, tries };
      return { ...typing, sent: null, failure };
    }
    case "chose":
      return chose(typing, event.way);
  }
}
