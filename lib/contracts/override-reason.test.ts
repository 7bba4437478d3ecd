import { expect, test } from "vitest";
import { FreezeInput } from "./freeze";
import { RestoreInput } from "./restoration";

test.each([
  ["Filled by a trigger", true],
  ["列は既定値で埋まる、確認済み", true],
  ["👩‍💻 tried it on staging", true],
  ["          ", false],
  ["\u200b".repeat(40), false],
  [`ok${"\u2060".repeat(40)}`, false],
  [`o\u0000k${"\u0007 ".repeat(40)}`, false],
  ["x".repeat(1_001), false],
])("a reason is there to be read: %j", (reason, isOne) => {
  expect(RestoreInput.shape.overrideReason.safeParse(reason).success).toBe(isOne);
});

test.each([
  ["DB down", true],
  [" ok ", false],
  ["\u200b\u2060\u200b\u200b", false],
])("so is a freeze's: %j", (reason, isOne) => {
  expect(FreezeInput.shape.reason.safeParse(reason).success).toBe(isOne);
});
