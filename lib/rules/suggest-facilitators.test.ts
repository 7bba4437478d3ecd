import { expect, test } from "vitest";
import { suggestFacilitators } from "./suggest-facilitators";

test("who took no part is asked, each once, at most five", () => {
  const known = ["Ada", "bob", " Cem ", "cem", "", "Dee", "Eve", "Fay", "Gus", "Hal"];
  expect(suggestFacilitators({ known, tookPart: ["ada", "Bob "] })).toEqual([
    "Cem",
    "Dee",
    "Eve",
    "Fay",
    "Gus",
  ]);
  expect(suggestFacilitators({ known: ["Ada"], tookPart: ["Ada"] })).toEqual([]);
});
