import { expect, test } from "vitest";
import { saidBy } from "./said-by";

test("who a line is from isn't told twice, however its text begins", () => {
  expect(saidBy({ by: "the commander", text: "The commander resolved it" })).toBeNull();
  expect(saidBy({ by: "Alertmanager", text: "Alertmanager declared INC-1" })).toBeNull();
  expect(saidBy({ by: "author 2", text: "Merged: #78" })).toBe("author 2");
  expect(saidBy({ by: null, text: "Harm began" })).toBeNull();
});
