import fc from "fast-check";
import { expect, it } from "vitest";
import { moveCaret } from "./move-caret";

/** "|" marks the caret. */
function moved(before: string, after: string): string {
  const caret = before.indexOf("|");
  const at = moveCaret(before.replace("|", ""), after, caret);
  return `${after.slice(0, at)}|${after.slice(at)}`;
}

it("stays beside its words when others write elsewhere", () => {
  expect(moved("The pool was| full.", "At noon the pool was full.")).toBe(
    "At noon the pool was| full.",
  );
  expect(moved("One. Two|", "One. Two and three.")).toBe("One. Two| and three.");
  expect(moved("a b| c d", "x a b c y d")).toBe("x a b| c y d");
  expect(moved("|same", "same")).toBe("|same");
  expect(moved("same|", "same")).toBe("same|");
});

it("stays at hand when its own word was replaced", () => {
  expect(moved("it fai|led", "it broke")).toBe("it bro|ke");
  expect(moved("it failed bad|ly now", "it now")).toBe("it |now");
});

it("keeps its place in its word, whatever is added around", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c,", "dd"), { maxLength: 8 });
  fc.assert(
    fc.property(words, words, words, words, fc.integer({ min: 0, max: 6 }), (...given) => {
      const [head, tail, more, later, offset] = given;
      const before = [...head, "marked", ...tail].join(" ");
      const after = [...head, ...more, "marked", ...later, ...tail].join(" ");
      const caret = before.indexOf("marked") + offset;
      const to = moveCaret(before, after, caret);
      // At an edge of the word it may also stay with the neighbour.
      if (offset > 0 && offset < 6) expect(to).toBe(after.indexOf("marked") + offset);
      expect(to).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(after.length);
    }),
  );
});
