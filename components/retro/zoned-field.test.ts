import { afterEach, beforeEach, expect, it } from "vitest";
import { fromZonedField, toZonedField, zoneInWords } from "./zoned-field";

const before = process.env.TZ;
beforeEach(() => {
  process.env.TZ = "Europe/Helsinki";
});
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

it("shows a moment in the reader's zone and takes it back", () => {
  expect(toZonedField("2026-12-01T12:30:00.000Z")).toBe("2026-12-01T14:30");
  expect(fromZonedField("2026-12-01T14:30")).toBe("2026-12-01T12:30:00.000Z");
  expect(fromZonedField("")).toBeNull();
  expect(fromZonedField("soon")).toBeNull();
});

it("says which zone that is, in summer and in winter", () => {
  expect(zoneInWords("2026-12-01T12:30:00.000Z")).toMatch(/UTC\+2$/);
  expect(zoneInWords("2026-07-01T12:30:00.000Z")).toMatch(/UTC\+3$/);
});
