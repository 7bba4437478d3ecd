import { expect, test } from "vitest";
import { createPace } from "./pace";

const SECOND = 1_000;

test("what never rests is told once a minute, and the rest at once", () => {
  const pace = createPace();
  const told: number[] = [];
  for (let now = 0; now < 300 * SECOND; now += SECOND) {
    if (pace.isToRest("lease", now)) continue;
    pace.told("lease", now);
    told.push(now / SECOND);
  }
  expect(told).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 69, 129, 189, 249]);
  expect(pace.isToRest("settings", 300 * SECOND)).toBe(false);
});

test("a few changes in a row are told at once, and a restless thing that calmed down is again", () => {
  const pace = createPace();
  for (let now = 0; now < 9 * SECOND; now += SECOND) pace.told("settings", now);
  expect(pace.isToRest("settings", 9 * SECOND)).toBe(false);
  pace.told("settings", 9 * SECOND);
  expect(pace.isToRest("settings", 10 * SECOND)).toBe(true);
  expect(pace.isToRest("settings", 700 * SECOND)).toBe(false);
  pace.forget("settings");
  expect(pace.isToRest("settings", 10 * SECOND)).toBe(false);
});
