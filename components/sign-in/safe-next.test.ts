import { describe, expect, it } from "vitest";
import { safeNext } from "./safe-next";

describe("safeNext", () => {
  it("keeps a place inside", () => {
    expect(safeNext("/incidents/INC-142?suspect=c1")).toBe("/incidents/INC-142?suspect=c1");
  });

  it.each([
    undefined,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
  ])("leads %j home", (next) => {
    expect(safeNext(next)).toBe("/");
  });
});
