import { expect, test } from "vitest";
import {
  areComparable,
  compareKeys,
  isNamedByContent,
  keyChangesInWords,
  touchedKeys,
} from "./config-changes";

test("names the keys that were added, changed and removed", () => {
  const changes = compareKeys(
    { B: "k.2", A: "k.1", constructor: "k.9" },
    { A: "k.1", B: "k.3", C: "k.4" },
  );
  expect(changes).toEqual({ added: ["C"], changed: ["B"], removed: ["constructor"] });
  expect(keyChangesInWords(changes)).toBe("B changed; C added; constructor removed");
  expect(touchedKeys(changes, ["A", "C"])).toEqual(["C"]);
  expect(touchedKeys(changes, null)).toEqual(["B", "constructor", "C"]);
});

test("an object that is gone has lost all its keys", () => {
  expect(compareKeys({ A: "k.1" }, null)).toEqual({ added: [], changed: [], removed: ["A"] });
  expect(compareKeys(null, { A: "k.1" })).toEqual({ added: ["A"], changed: [], removed: [] });
});

test("many keys are counted, not listed", () => {
  const keys = Object.fromEntries(["A", "B", "C", "D", "E"].map((key) => [key, "k.1"]));
  expect(keyChangesInWords(compareKeys({}, keys))).toBe("A, B, C and 2 more added");
  expect(keyChangesInWords(compareKeys({}, { A: "k.1", B: "k.1" }))).toBe("A and B added");
});

test("hashes of another key can't be compared", () => {
  expect(areComparable({ A: "one.1" }, { A: "two.1" })).toBe(false);
  expect(areComparable({ A: "one.1" }, { B: "one.2" })).toBe(true);
  expect(areComparable(null, { B: "one.2" })).toBe(true);
});

test("knows names that carry a hash of the content", () => {
  expect(isNamedByContent("settings-5g9m7hf2t4")).toBe(true);
  expect(isNamedByContent("checkout-settings")).toBe(false);
});
