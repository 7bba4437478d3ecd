import { expect, test } from "vitest";
import { freezeHours } from "./freeze-hours";

const HOUR = 3_600_000;
const DAY = { from: 0, to: 24 * HOUR };
const titles = new Map([
  ["checkout", "Checkout"],
  ["search", "Search"],
]);
const span = (services: string[], from: number, to: number) => ({
  services,
  from: from * HOUR,
  to: to * HOUR,
});

test("an hour under several freezes counts once, in all and for each service", () => {
  const spans = [
    span(["checkout"], 1, 3),
    span(["checkout", "search"], 2, 4),
    span(["gone"], 10, 10.5),
    span(["checkout"], 2, 2.5),
  ];
  expect(freezeHours(spans, DAY, titles)).toEqual({
    hours: 3.5,
    why: "in 4 freezes",
    services: [
      { service: "checkout", title: "Checkout", hours: 3 },
      { service: "search", title: "Search", hours: 2 },
      { service: "gone", title: "gone", hours: 0.5 },
    ],
  });
});

test("one over everything counts for each service", () => {
  const { hours, services } = freezeHours([span([], 1, 2)], DAY, titles);
  expect(hours).toBe(1);
  expect(services).toMatchObject([
    { service: "checkout", hours: 1 },
    { service: "search", hours: 1 },
  ]);
});

test("what lies outside of the period isn't counted", () => {
  const spans = [span(["checkout"], -5, 1), span(["search"], 23, 30), span(["search"], 24, 30)];
  expect(freezeHours(spans, DAY, titles)).toMatchObject({ hours: 2, why: "in 2 freezes" });
  expect(freezeHours([span(["search"], 24, 30)], DAY, titles)).toEqual({
    hours: 0,
    why: "Nothing was frozen in this period.",
    services: [],
  });
});

test("of one service asks for that alone", () => {
  const spans = [span(["checkout"], 1, 3), span(["search"], 5, 9), span([], 20, 21)];
  expect(freezeHours(spans, DAY, titles, "checkout")).toEqual({
    hours: 3,
    why: "in 2 freezes",
    services: [{ service: "checkout", title: "Checkout", hours: 3 }],
  });
});
