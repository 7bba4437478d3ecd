import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeTexts } from "./merge-texts";

const merged = (base: string, theirs: string, mine: string) => {
  const answer = mergeTexts(base, theirs, mine);
  return answer.outcome === "merged" ? answer.text : `conflict: ${answer.both}`;
};
const words = (text: string) => text.split(/\s+/).filter(Boolean);
const added = (base: string, side: string) => {
  const before = new Set(words(base));
  return words(side).filter((word) => !before.has(word));
};

describe("merging what two wrote on the same text", () => {
  test.each([
    ["other lines", "a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"],
    ["lines that touch", "a\nb", "A\nb", "a\nB", "A\nB"],
    [
      "other words of a line",
      "the cache was cold",
      "the cache was warm",
      "our cache was cold",
      "our cache was warm",
    ],
    [
      "a word and what follows it",
      "it broke",
      "it failed",
      "it broke at noon",
      "it failed at noon",
    ],
    ["both go on at the end", "a", "a x", "a y", "a x y"],
    ["both add a line", "a", "a\nx", "a\ny", "a\nx\ny"],
    ["a line added below one that was changed", "foo", "foo\nbar", "foo baz", "foo baz\nbar"],
    ["both begin on nothing", "", "Hello", "World", "Hello\nWorld"],
    ["both fill an empty line", "a\n\nb", "a\nx\nb", "a\ny\nb", "a\nx\ny\nb"],
    ["one wrote what the other did, and more", "a", "a\nx", "a\nx\ny", "a\nx\ny"],
    ["one takes a line out, the other writes elsewhere", "a\nb\nc", "a\nc", "a\nb\nC", "a\nC"],
    ["the same change on both sides", "a b", "a c", "a c", "a c"],
    ["one empties it, the other changed nothing", "a", "", "a", ""],
  ])("%s", (_, base, theirs, mine, expected) => {
    expect(merged(base, theirs, mine)).toBe(expected);
  });

  test.each([
    ["the same word", "it was cold", "it was warm", "it was hot", "it was warm\nit was hot"],
    [
      "a word before a changed one",
      "came fast",
      "came very fast",
      "came late",
      "came very fast\ncame late",
    ],
    ["a line taken out and gone on with", "a\nfoo", "a", "a\nfoo bar", "a\nfoo bar"],
    ["a sentence taken out and changed inside", "a b c d", "a d", "a b X c d", "a d\na b X c d"],
  ])("a conflict shows both: %s", (_, base, theirs, mine, both) => {
    expect(mergeTexts(base, theirs, mine)).toEqual({ outcome: "conflict", both });
  });

  const prose = fc
    .array(
      fc.constantFrom("a", "b", "the", "cache", "x1", " ", "  ", "\n", "\n\n", "é", "\u00a0"),
      {
        maxLength: 30,
      },
    )
    .map((parts) => parts.join(" ").replaceAll(" \n ", "\n"));
  const anything = fc.oneof(prose, fc.string({ unit: "binary", maxLength: 60 }));

  test("no word that either side added is lost, whatever the texts", () => {
    fc.assert(
      fc.property(anything, anything, anything, (base, theirs, mine) => {
        const answer = mergeTexts(base, theirs, mine);
        const result = new Set(words(answer.outcome === "merged" ? answer.text : answer.both));
        for (const word of [...added(base, theirs), ...added(base, mine)])
          expect(result).toContain(word);
        // In a conflict the words both kept are there, too: somebody has to choose.
        if (answer.outcome === "conflict")
          for (const word of words(theirs).filter((one) => words(mine).includes(one)))
            expect(result).toContain(word);
      }),
      { numRuns: 5_000 },
    );
  });

  test("what only one side did is done; the same twice is done once", () => {
    fc.assert(
      fc.property(anything, anything, (base, side) => {
        expect(merged(base, side, base)).toBe(side);
        expect(merged(base, base, side)).toBe(side);
        expect(merged(base, side, side)).toBe(side);
      }),
    );
  });

  const line = fc.record({
    text: fc.array(fc.constantFrom("we", "saw", "it", "late", "and", "then"), {
      minLength: 1,
      maxLength: 6,
    }),
    by: fc.constantFrom("theirs", "mine", "nobody"),
    becomes: fc.array(fc.constantFrom("p", "q", "r"), { maxLength: 4 }),
  });

  test("edits of different lines always merge, each line as its editor left it", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        // Numbered, so that every line is one of its own.
        const text = (who: string) =>
          lines
            .map(({ text: before, by, becomes }, index) =>
              [
                `${index}.`,
                ...(by === who || (who === "all" && by !== "nobody") ? becomes : before),
              ].join(" "),
            )
            .join("\n");
        expect(merged(text(""), text("theirs"), text("mine"))).toBe(text("all"));
      }),
      { numRuns: 1_000 },
    );
  });

  test("edits before and after a word always merge within a line", () => {
    const some = fc.array(fc.constantFrom("p", "q", "r", "s"), { maxLength: 5 });
    fc.assert(
      fc.property(some, some, some, some, (left, right, before, after) => {
        const base = [
          ...left.map((word) => `l${word}`),
          "HERE",
          ...right.map((word) => `r${word}`),
        ];
        const at = base.indexOf("HERE");
        const theirs = [...before, ...base.slice(at)].join(" ");
        const mine = [...base.slice(0, at + 1), ...after].join(" ");
        expect(merged(base.join(" "), theirs, mine)).toBe([...before, "HERE", ...after].join(" "));
      }),
      { numRuns: 1_000 },
    );
  });

  test("long and repetitive texts take no time worth telling", () => {
    const same = "a ".repeat(25_000);
    const began = performance.now();
    const answer = mergeTexts(
      same,
      `x ${same}y`,
      `${same.slice(0, 20_000)}z ${same.slice(20_000)}`,
    );
    expect(words(answer.outcome === "merged" ? answer.text : answer.both)).toContain("z");
    mergeTexts("\n".repeat(50_000), `a${"\n".repeat(40_000)}b`, `${"\n".repeat(30_000)}c`);
    const many = Array.from({ length: 8_000 }, (_, at) => `w${at}`);
    mergeTexts(many.join(" "), many.toReversed().join(" "), many.map((one) => `${one}!`).join(" "));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
