import { expect, test } from "vitest";
import { DurationText, parseDuration } from "./durations";

test.each([
  ["30s", 30],
  ["3m", 180],
  ["1h30m", 5400],
  ["2d", 172_800],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "3", "m", "3 m", "-3m", "0s", "3min", "1.5h", "99999999999999999999d"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeNull();
    expect(DurationText.safeParse(text).success).toBe(false);
  },
);
