import { expect, test } from "vitest";
import { unbroken } from "./unbroken";

test("a figure and its unit stay together, other words may part", () => {
  expect(unbroken("first live 36 h 56 min ago, 3 files")).toBe(
    "first live 36\u00a0h 56\u00a0min ago, 3 files",
  );
  expect(unbroken("2 days, 15 s. 4 distant")).toBe("2\u00a0days, 15\u00a0s. 4 distant");
});
