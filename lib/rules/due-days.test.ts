import { expect, test } from "vitest";
import { isOverdue } from "./due-days";

test.each([
  ["2026-12-01", "open", "2026-12-01T23:59:59.999Z", false],
  ["2026-12-01", "open", "2026-12-02T00:00:00.000Z", true],
  ["2026-12-01", "done", "2027-12-02T00:00:00.000Z", false],
  ["2026-12-01", "dropped", "2027-12-02T00:00:00.000Z", false],
  [null, "open", "2027-12-02T00:00:00.000Z", false],
] as const)("due %s and %s at %s: overdue is %s", (dueOn, state, now, expected) => {
  expect(isOverdue({ dueOn, state }, new Date(now))).toBe(expected);
});
