import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { escapeBlock, escapeInline, markdownLink } from "./escape-markdown";

const LINES: [text: string, markdown: string][] = [
  ["plain text, 3.5 % (half)", "plain text, 3.5 % (half)"],
  ["a | b", "a \\| b"],
  ["<script>", "\\<script\\>"],
  ["*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"],
  ["[a](http://b)", "\\[a\\](http\\://b)".replace("](", "]\\(")],
  ["# title", "\\# title"],
  ["#12 Round", "\\#12 Round"],
  ["fixes #12", "fixes #12"],
  ["- list", "\\- list"],
  ["1. one", "1\\. one"],
  ["a\nb\r\n\tc\u2028d", "a b c d"],
  ["@ada", "\\@ada"],
  ["&amp;", "\\&amp;"],
  ["back\\slash", "back\\\\slash"],
  ["![x](y)", "\\!\\[x\\]\\(y)"],
];

test.each(LINES)("%j", (text, markdown) => {
  expect(escapeInline(text)).toBe(markdown);
});

it("keeps paragraphs, lists and line ends of a text, and nothing else", () => {
  expect(escapeBlock("One\ntwo\n\n\n\n# three\n- a\n* b|c\n2) d\nafter")).toBe(
    "One\\\ntwo\n\n\\# three\n- a\n- b\\|c\n2) d\nafter",
  );
});

it("never lets a text end its line, its cell or its escape", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const escaped = escapeInline(text);
      expect(escaped).not.toMatch(/[\n\r]/);
      expect(escaped.replace(/\\[\s\S]/g, "")).not.toMatch(/[\\|<>`*[\]]/);
    }),
  );
});

it("links only where a browser should go, with an address that can't end early", () => {
  expect(markdownLink("a]b", "https://x.example/a b)c(<d>")).toBe(
    "[a\\]b](https://x.example/a%20b%29c%28%3Cd%3E)",
  );
  expect(markdownLink("x", "javascript:alert(1)")).toBe("x");
  expect(markdownLink("x", null)).toBe("x");
});
