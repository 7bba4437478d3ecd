import { expect, test } from "vitest";
import { sizeInWords } from "./size-words";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [9_949, "9.9 kB"],
  [9_960, "10 kB"],
  [262_144, "262 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [4_194_304, "4.2 MB"],
])("%i is %s", (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
