import { describe, expect, it } from "vitest";
import { safeNext } from "./safe-next";

describe("safeNext", () => {
  it("keeps a place inside", () => {
    expect(safeNext("/incidents/INC-142?suspect=c1")).toBe("/incidents/INC-142?suspect=c1");
  });

  it("writes what a header can't carry in one that it can", () => {
    expect(safeNext("/services/größe?q=%20\u0000")).toBe("/services/gr%C3%B6%C3%9Fe?q=%20%00");
    expect(() => new Headers({ Location: safeNext("/\ud800\u{1f600}") })).not.toThrow();
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
