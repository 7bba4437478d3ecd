import { describe, expect, it } from "vitest";
import { safeHref } from "./safe-href";

describe("safeHref", () => {
  it.each(["https://github.com/shop/checkout/pull/24", "http://127.0.0.1:4243/flags"])(
    "keeps %s",
    (address) => {
      expect(safeHref(address)).toBe(address);
    },
  );

  it.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "//evil.example/x",
    "/relative",
    "",
    "\u0000https:",
  ])("refuses %j", (address) => {
    expect(safeHref(address)).toBeNull();
  });

  it("refuses nothing at all", () => {
    expect(safeHref(null)).toBeNull();
    expect(safeHref(undefined)).toBeNull();
  });
});
