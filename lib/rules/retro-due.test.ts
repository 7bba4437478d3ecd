import { expect, test } from "vitest";
import { retroDueAt } from "./retro-due";

const DUE: [severity: 1 | 2 | 4, restored: string, due: string][] = [
  [1, "2026-11-20T10:00:00.000Z", "2026-11-23T10:00:00.000Z"],
  [1, "2026-11-21T10:00:00.000Z", "2026-11-24T10:00:00.000Z"],
  [2, "2026-11-16T09:30:00.000Z", "2026-11-23T09:30:00.000Z"],
  [2, "2026-11-20T23:59:00.000Z", "2026-11-27T23:59:00.000Z"],
  [2, "2026-11-21T00:01:00.000Z", "2026-11-27T00:01:00.000Z"],
  [4, "2026-11-22T12:00:00.000Z", "2026-11-27T12:00:00.000Z"],
  [2, "2026-12-30T12:00:00.000Z", "2027-01-06T12:00:00.000Z"],
];

test.each(DUE)("severity %i restored %s is due %s", (severity, restoredAt, due) => {
  expect(new Date(retroDueAt({ severity, restoredAt }) ?? 0).toISOString()).toBe(due);
});

test("what isn't restored is not due", () => {
  expect(retroDueAt({ severity: 1, restoredAt: null })).toBeNull();
});
