import { expect, it } from "vitest";
import { compareGroup, spanInWords, summarise } from "./recovery-statistics";

const MINUTE = 60_000;
const around = (n: number, minutes: number) =>
  Array.from({ length: n }, (_, index) => (minutes + (index - n / 2) / n) * MINUTE);
const group = (now: number[], before: number[]) =>
  compareGroup({ key: "all", label: "All", now, before, things: "incidents" });

it("says nothing of an empty period", () => {
  const { now, ratio, isComparable, sentence } = group([], []);
  expect(now).toEqual({
    n: 0,
    median: null,
    p90: null,
    why: "There are no incidents in this period.",
  });
  expect([ratio, isComparable]).toEqual([null, false]);
  expect(sentence).toBe(
    "Not compared: 0 in this period, 0 in the one before. It takes 10 in each.",
  );
});

it("shows one incident as it is, without an interval and with the reason", () => {
  expect(summarise([7 * MINUTE], "incidents")).toEqual({
    n: 1,
    median: { value: 7 * MINUTE, low: null, high: null },
    p90: { value: 7 * MINUTE, low: null, high: null },
    why: "Only 1: fewer than 10 say little of the next ones.",
  });
});

it("gives the median an interval from ten on, P90 from thirty-five on", () => {
  expect(summarise(around(9, 5), "incidents").median?.low).toBeNull();
  expect(summarise(around(10, 5), "incidents")).toMatchObject({ p90: { low: null } });
  expect(summarise(around(10, 5), "incidents").median?.low).toBeGreaterThan(0);
  expect(summarise(around(35, 5), "incidents").p90?.low).toBeGreaterThan(0);
  expect(summarise(around(35, 5), "incidents").why).toBeNull();
});

it("compares nothing with nine", () => {
  const { isComparable, sentence } = group(around(9, 5), around(500, 50));
  expect(isComparable).toBe(false);
  expect(sentence).toContain("9 in this period, 500 in the one before");
});

it("claims a change only when its interval leaves out 1", () => {
  expect(group(around(40, 20), around(40, 40)).sentence).toMatch(
    /^Faster: the median went from 40 min to 20 min, 0\.50/,
  );
  expect(group(around(40, 40), around(40, 20)).sentence).toMatch(/^Slower: /);
  expect(group(around(40, 20), around(40, 20)).sentence).toMatch(/^No clear change/);
  expect(group(around(10, 0.5), around(10, 0.5)).sentence).toMatch(/^No clear change/);
});

it("compares phases that take no time at all", () => {
  const none = Array.from({ length: 12 }, () => 0);
  expect(group(none, none).ratio).toEqual({
    value: 1,
    low: expect.closeTo(1),
    high: expect.closeTo(1),
  });
});

it("says a duration of any length", () => {
  expect(spanInWords(40)).toBe("0.04 s");
  expect(spanInWords(95 * MINUTE)).toBe("1 h 35 min");
  expect(spanInWords(6 * 86_400_000)).toBe("6 days");
});
