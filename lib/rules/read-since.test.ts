import { expect, test } from "vitest";
import { readSince } from "./read-since";

const MINUTE = 60_000;

test.each([
  ["Customers can't download since about an hour", 60],
  ["No orders for 20 minutes", 20],
  ["Half an hour ago log-in broke", 30],
  ["It began 45 min ago", 45],
  ["down for the last two hours", 120],
  ["for 5 minute(s)", 5],
])("%s", (text, minutes) => {
  expect(readSince(["Checkout", text])).toBe(minutes * MINUTE);
});

test("other durations and long texts say nothing", () => {
  expect(readSince([])).toBeNull();
  expect(readSince(["timeout after 30 seconds", "p95 over 4 h", "for customers"])).toBeNull();
  expect(readSince([`for 20 minutes ${"x".repeat(400)}`])).toBeNull();
});
