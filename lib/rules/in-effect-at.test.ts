import { expect, test } from "vitest";
import { inEffectAt } from "./in-effect-at";

const acceptedAt = "2026-11-28T14:00:00.000Z";
const now = new Date("2026-11-28T14:00:20.000Z");

test.each([
  ["as it was observed", "2026-11-28T14:00:12.000Z", "2026-11-28T14:00:12.000Z"],
  ["not before it was accepted, by a clock that lags", "2026-11-28T13:55:12.000Z", acceptedAt],
  ["not in the future, by a clock that is ahead", "2026-11-28T14:05:12.000Z", now.toISOString()],
])("%s", (_, observed, expected) => {
  expect(inEffectAt(new Date(observed), { now, acceptedAt })).toEqual(new Date(expected));
});

test("what was accepted by nobody is in effect since it was seen", () => {
  expect(inEffectAt(now, { now, acceptedAt: null })).toEqual(now);
});
