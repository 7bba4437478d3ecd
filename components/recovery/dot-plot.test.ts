import { expect, it } from "vitest";
import { nearestDot } from "./nearest-dot";
import { placeLabels } from "./plot-frame";

it("finds the nearest dot within reach, and none beyond", () => {
  const dots = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 100, y: 100 },
  ];
  expect(nearestDot(dots, { x: 7, y: 1 }, 22)).toBe(dots[1]);
  expect(nearestDot(dots, { x: 50, y: 50 }, 22)).toBeNull();
  expect(nearestDot([], { x: 0, y: 0 }, 22)).toBeNull();
});

it("moves labels apart and keeps them above the floor", () => {
  expect(placeLabels([100, 20, 200], 300)).toEqual([100, 20, 200]);
  expect(placeLabels([100, 102], 300)).toEqual([100, 114]);
  expect(placeLabels([298, 299], 300)).toEqual([286, 300]);
});
