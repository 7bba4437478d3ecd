import { expect, test } from "vitest";
import { periodOf } from "./period";

const NOW = new Date("2026-10-01T00:00:00Z");

test("years that no database holds are refused, with words", () => {
  for (const query of [
    { to: "0001-01-01T00:00:00Z" },
    { from: "0000-01-01T00:00:00Z", to: "0000-01-02T00:00:00Z" },
    { from: "1969-12-31T00:00:00Z", to: "1975-01-01T00:00:00Z" },
  ]) {
    expect(() => periodOf(query, NOW)).toThrow("begins before 1970");
  }
  expect(() => periodOf({ from: "0000-01-01T00:00:00Z" }, NOW)).toThrow("twenty years");
});

test("the period before is as long and ends where this begins", () => {
  const period = periodOf({ from: "1970-01-01T00:00:00Z", to: "1970-01-03T00:00:00Z" }, NOW);
  expect(period.before).toEqual(new Date("1969-12-30T00:00:00Z"));
});
