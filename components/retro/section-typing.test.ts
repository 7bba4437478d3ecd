import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RetroSection, SaveSectionOutcome } from "@/lib/contracts/retro";
import { mergeTexts } from "@/lib/rules/merge-texts";
import {
  isUnsaved,
  startTyping,
  stepTyping,
  type Typing,
  type TypingEvent,
} from "./section-typing";

function section(text: string, revision: number, editedBy: string | null = null): RetroSection {
  const editedAt = editedBy ? "2026-11-23T14:00:00.000Z" : null;
  return { name: "was-hard", text, revision, isDrafted: false, editedBy, editedAt };
}

function saved(text: string, revision: number): TypingEvent {
  const outcome: SaveSectionOutcome = {
    outcome: "saved",
    section: section(text, revision),
    yours: null,
    both: null,
  };
  return { type: "answered", outcome };
}

const follow = (start: Typing, ...events: TypingEvent[]) => events.reduce(stepTyping, start);
const start = () => startTyping(section("The pool was full.", 3));

describe("a section being written", () => {
  it("keeps what is typed while a save is on its way", () => {
    const now = follow(
      start(),
      { type: "typed", text: "The pool was full. We" },
      { type: "sending", text: "The pool was full. We" },
      { type: "typed", text: "The pool was full. We waited." },
      saved("The pool was full. We", 4),
    );
    expect(now.text).toBe("The pool was full. We waited.");
    expect(now.known.revision).toBe(4);
    expect(isUnsaved(now)).toBe(true);
  });

  it("does what was typed meanwhile to the merged answer", () => {
    const now = follow(
      start(),
      { type: "typed", text: "The pool was full. We" },
      { type: "sending", text: "The pool was full. We" },
      { type: "typed", text: "The pool was full. We waited." },
      {
        type: "answered",
        outcome: {
          outcome: "merged",
          section: section("At noon the pool was full. We", 5),
          yours: null,
          both: null,
        },
      },
    );
    expect(now.text).toBe("At noon the pool was full. We waited.");
    expect(now.said).toBe("merged");
  });

  it("takes what others wrote when nothing is unsaved, and leaves unsaved words alone", () => {
    const news: TypingEvent = { type: "read", section: section("Theirs.", 4, "Ada"), me: "Bo" };
    expect(follow(start(), news)).toMatchObject({ text: "Theirs.", otherWriter: "Ada" });
    const typed = follow(start(), { type: "typed", text: "Mine." }, news);
    expect(typed).toMatchObject({ text: "Mine.", known: { revision: 3 }, otherWriter: "Ada" });
  });

  it("isn't taken back by a reading older than its own save", () => {
    const now = follow(
      start(),
      { type: "typed", text: "New." },
      { type: "sending", text: "New." },
      saved("New.", 4),
      { type: "read", section: section("The pool was full.", 3), me: "Bo" },
    );
    expect(now.text).toBe("New.");
  });

  it("shows both in a conflict and loses neither, whichever is chosen", () => {
    const clash = follow(
      start(),
      { type: "typed", text: "The queue was full." },
      { type: "sending", text: "The queue was full." },
      { type: "typed", text: "The queue was full. It grew." },
      {
        type: "answered",
        outcome: {
          outcome: "conflict",
          section: section("The disk was full.", 4, "Ada"),
          yours: "The queue was full.",
          both: "The disk was full.\nThe queue was full.",
        },
      },
    );
    expect(clash.text).toBe("The queue was full. It grew.");
    expect(clash.conflict?.theirs.text).toBe("The disk was full.");
    const both = follow(clash, { type: "chose", way: "both" });
    expect(both.text).toContain("The disk was full.");
    expect(both.text).toContain("The queue was full. It grew.");
    expect(both.known.revision).toBe(4);
    const mine = follow(clash, { type: "chose", way: "mine" });
    expect(mine).toMatchObject({ text: "The queue was full. It grew.", conflict: null });
    expect(isUnsaved(mine)).toBe(true);
    const theirs = follow(clash, { type: "chose", way: "theirs" });
    expect(theirs.text).toBe("The disk was full.");
    expect(isUnsaved(theirs)).toBe(false);
  });

  it("keeps the words when the server can't be reached, and counts the tries", () => {
    const lost: TypingEvent = { type: "failed", sentence: "Away.", again: true };
    const sending: TypingEvent = { type: "sending", text: "New." };
    const now = follow(start(), { type: "typed", text: "New." }, sending, lost, sending, lost);
    expect(now).toMatchObject({ text: "New.", sent: null, failure: { tries: 2, again: true } });
    expect(follow(now, sending, saved("New.", 4)).failure).toBeNull();
    const refused = follow(now, sending, { type: "failed", sentence: "Too long.", again: false });
    expect(follow(refused, { type: "typed", text: "Ne" }).failure).toBeNull();
  });
});

/** A server as the contract describes it: it merges on the base it is told. */
function serve(first: string) {
  const texts = [first];
  return {
    current: () => section(texts.at(-1) ?? "", texts.length - 1, "Ada"),
    save(text: string, base: number): SaveSectionOutcome {
      const now = texts.at(-1) ?? "";
      const merged = mergeTexts(texts[base] ?? "", now, text);
      if (merged.outcome === "conflict") {
        return { outcome: "conflict", section: this.current(), yours: text, both: merged.both };
      }
      if (merged.text !== now) texts.push(merged.text);
      const outcome = merged.text === text ? "saved" : "merged";
      return { outcome, section: this.current(), yours: null, both: null };
    },
  };
}

it("loses no word of two writers, whatever the order of typing, saving and reading", () => {
  const move = fc.record({
    who: fc.constantFrom(0, 1),
    act: fc.constantFrom("type", "type", "send", "answer", "read"),
    place: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const server = serve("one two three.\nfour five six.");
      const writers = [0, 1].map(() => startTyping(server.current()));
      const answers: (SaveSectionOutcome | null)[] = [null, null];
      const written: string[] = [];
      const doIt = (who: number, event: TypingEvent) => {
        const typing = writers[who];
        if (typing) writers[who] = stepTyping(typing, event);
      };
      const send = (who: number) => {
        const typing = writers[who];
        if (!typing || answers[who] || typing.conflict || !isUnsaved(typing)) return;
        doIt(who, { type: "sending", text: typing.text });
        answers[who] = server.save(typing.text, typing.known.revision);
      };
      const answer = (who: number) => {
        const outcome = answers[who];
        if (!outcome) return;
        answers[who] = null;
        doIt(who, { type: "answered", outcome });
        doIt(who, { type: "chose", way: "both" });
      };
      for (const { who, act, place } of moves) {
        const text = writers[who]?.text ?? "";
        if (act === "type") {
          const word = `w${who}x${written.length}`;
          const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
          const at = spaces[place % Math.max(1, spaces.length)] ?? text.length;
          written.push(word);
          doIt(who, { type: "typed", text: `${text.slice(0, at)} ${word}${text.slice(at)}` });
        } else if (act === "send") send(who);
        else if (act === "answer") answer(who);
        else doIt(who, { type: "read", section: server.current(), me: "Bo" });
      }
      for (let round = 0; round < 6; round += 1) {
        for (const who of [0, 1]) {
          answer(who);
          send(who);
          answer(who);
          doIt(who, { type: "read", section: server.current(), me: "Bo" });
        }
      }
      const end = server.current().text;
      for (const word of written) expect(end).toContain(word);
      expect(writers.map((writer) => writer.text)).toEqual([end, end]);
    }),
    { numRuns: 400 },
  );
});
