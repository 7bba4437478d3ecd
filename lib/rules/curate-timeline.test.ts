import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { TimelineItem } from "@/lib/contracts/retro";
import { byTime, type Curation, curateTimeline } from "./curate-timeline";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString();

function drafted(subject: string, minutes: number, more: Partial<TimelineItem> = {}): TimelineItem {
  return {
    subject,
    kind: "note",
    at: at(minutes),
    originalAt: null,
    text: subject,
    originalText: null,
    by: "Ada",
    source: null,
    url: null,
    shown: "kept",
    isCurated: false,
    merged: [],
    note: null,
    known: null,
    attachments: [],
    version: 0,
    ...more,
  };
}

function said(subject: string, more: Partial<Curation> = {}): Curation {
  return {
    subject,
    shown: null,
    mergedInto: null,
    note: null,
    at: null,
    text: null,
    known: null,
    attachments: [],
    by: "Bob",
    version: 1,
    ...more,
  };
}

it("keeps what was recorded beside what was corrected", () => {
  const [item] = curateTimeline(
    [drafted("entry:1", 1)],
    [said("entry:1", { at: at(5), text: "better", known: "later", note: "seen on the graph" })],
  );
  expect(item).toMatchObject({
    at: at(5),
    originalAt: at(1),
    text: "better",
    originalText: "entry:1",
    isCurated: true,
    known: "later",
    note: "seen on the graph",
    by: "Ada",
    version: 1,
  });
  const edited = drafted("entry:1", 2, { originalAt: at(0), originalText: "first" });
  const [twice] = curateTimeline([edited], [said("entry:1", { at: at(9), text: "third" })]);
  expect(twice).toMatchObject({ originalAt: at(0), originalText: "first" });
});

it("says what is shown: by hand before by draft", () => {
  const items = curateTimeline(
    [drafted("a", 1, { shown: "hidden" }), drafted("b", 2)],
    [said("a", { shown: "kept" }), said("b", { shown: "hidden" })],
  );
  expect(items.map(({ shown }) => shown)).toEqual(["kept", "hidden"]);
});

it("adds events in their place, and none that lacks its words", () => {
  const items = curateTimeline(
    [drafted("a", 1), drafted("b", 3)],
    [said("event:1", { at: at(2), text: "A call" }), said("event:2"), said("entry:gone")],
  );
  expect(items.map(({ subject, kind, by }) => [subject, kind, by])).toEqual([
    ["a", "note", "Ada"],
    ["event:1", "event", "Bob"],
    ["b", "note", "Ada"],
  ]);
});

it("folds along a chain, and leaves circles and lost ends standing", () => {
  const items = ["a", "b", "c", "d", "e", "f"].map((subject, index) => drafted(subject, index));
  const folded = curateTimeline(items, [
    said("c", { mergedInto: "b", version: 4 }),
    said("b", { mergedInto: "a" }),
    said("d", { mergedInto: "nothing" }),
    said("e", { mergedInto: "f" }),
    said("f", { mergedInto: "e" }),
  ]);
  expect(folded.map(({ subject }) => subject)).toEqual(["a", "d", "e", "f"]);
  expect(folded[0]?.merged).toEqual([
    { subject: "b", at: at(1), text: "b", version: 1 },
    { subject: "c", at: at(2), text: "c", version: 4 },
  ]);
});

it("loses nothing, whatever is said, and is in order", () => {
  const subject = fc.constantFrom("a", "b", "c", "d", "e", "event:x");
  const anything = fc.record({
    subject,
    shown: fc.constantFrom("kept" as const, "hidden" as const, null),
    mergedInto: fc.option(fc.constantFrom("a", "b", "c", "d", "e", "event:x", "gone")),
    at: fc.option(fc.integer({ min: 0, max: 59 }).map(at)),
    text: fc.option(fc.string()),
  });
  const items = ["a", "b", "c", "d", "e"].map((name, index) => drafted(name, index));
  fc.assert(
    fc.property(fc.uniqueArray(anything, { selector: (one) => one.subject }), (all) => {
      const result = curateTimeline(
        items,
        all.map(({ subject: about, ...rest }) => said(about, rest)),
      );
      const there = result.flatMap((item) => [item.subject, ...item.merged.map((m) => m.subject)]);
      const own = there.filter((name) => name !== "event:x").toSorted();
      expect(own).toEqual(["a", "b", "c", "d", "e"]);
      expect(result).toEqual([...result].sort(byTime));
    }),
  );
});
