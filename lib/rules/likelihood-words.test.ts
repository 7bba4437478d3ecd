import { expect, test } from "vitest";
import { likelihoodInWords } from "./likelihood-words";

test.each([
  [0.995, "very likely", "over 99\u00a0%"],
  [0.61, "likely", "61\u00a0%"],
  [0.5, "likely", "50\u00a0%"],
  [0.3, "possible", "30\u00a0%"],
  [0.0512, "unlikely", "5\u00a0%"],
  [0.002, "very unlikely", "under 1\u00a0%"],
])("%d is %s, %s", (probability, word, figure) => {
  expect(likelihoodInWords(probability)).toEqual({ word, figure });
});
