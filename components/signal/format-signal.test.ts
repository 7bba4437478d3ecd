import { expect, it } from "vitest";
import { formatSignal } from "./format-signal";

it("writes a value with its unit in one piece", () => {
  expect(formatSignal(0.179, "ratio")).toBe("17.9\u00a0%");
  expect(formatSignal(0.42, "seconds")).toBe("420\u00a0ms");
  expect(formatSignal(1.24, "seconds")).toBe("1.2\u00a0s");
  expect(formatSignal(1_240, "count")).toBe("1240");
});
