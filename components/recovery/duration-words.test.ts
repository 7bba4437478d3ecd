import { expect, it } from "vitest";
import { factorOf, intervalOf, quantileOf, shareOf, spanOf } from "./duration-words";

const quantile = (value: number, low: number | null, high: number | null) => ({ value, low, high });
const MINUTE = 60_000;

it("says the unit of an interval once where both ends have it", () => {
  expect(intervalOf(quantile(0, 11 * MINUTE, 19 * MINUTE))).toBe("(11–19 min)");
  expect(intervalOf(quantile(0, 50_000, 19 * MINUTE))).toBe("(50 s–19 min)");
  expect(intervalOf(quantile(0, 95 * MINUTE, 125 * MINUTE))).toBe("(1 h 35 min–2 h 5 min)");
  expect(quantileOf(quantile(5_120, 4_980, 5_240))).toBe("5.1 s (5.0–5.2 s)");
  expect(intervalOf(quantile(0, 0, 55_000))).toBe("(0–55 s)");
  expect(intervalOf(quantile(0, null, null))).toBe("");
});

it("rounds the ends of an interval away from its middle", () => {
  expect(intervalOf(quantile(0, 137_000, 344_000))).toBe("(2–6 min)");
  expect(intervalOf(quantile(0, 5.2 * 60 * MINUTE, 7.1 * 60 * MINUTE))).toBe("(5–8 h)");
  expect(intervalOf(quantile(0, 42_400, 55_000))).toBe("(42–55 s)");
});

it("says a quantile with its interval, and alone without one", () => {
  expect(quantileOf(quantile(14 * MINUTE, 11 * MINUTE, 19 * MINUTE))).toBe("14 min (11–19 min)");
  expect(quantileOf(quantile(14 * MINUTE, null, null))).toBe("14 min");
  expect(spanOf(41)).toBe("41 ms");
});

it("rounds factors and shares to what they can bear", () => {
  expect(factorOf(0.6449)).toBe("0.64");
  expect(factorOf(23.4)).toBe("23");
  expect(factorOf(0.00001)).toBe("under 0.01");
  expect(factorOf(50_663)).toBe("over 100");
  expect(shareOf(3 / 41)).toBe("7.3 %");
  expect(shareOf(0.314)).toBe("31 %");
  expect(shareOf(0)).toBe("0 %");
});
