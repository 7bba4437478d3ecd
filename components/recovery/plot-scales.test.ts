import { describe, expect, it } from "vitest";
import { dateScale, durationScale, durationTicks } from "./plot-scales";

const MINUTE = 60_000;
const labels = (shortest: number, longest: number) =>
  durationTicks(shortest, longest).map(([, label]) => label);

describe("the axis of durations", () => {
  it("reaches around what is shown, by steps that people know", () => {
    expect(labels(40_000, 3 * 3_600_000)).toEqual([
      ...["15 s", "1 min", "5 min", "15 min", "1 h", "4 h"],
    ]);
    expect(labels(14 * MINUTE, 14 * MINUTE)).toEqual(["1 min", "5 min", "15 min", "1 h"]);
    expect(labels(10, 400 * 86_400_000)[0]).toBe("1 s");
    expect(labels(10, 400 * 86_400_000).at(-1)).toBe("30 days");
  });

  it("gives equal ratios equal room and keeps what is beyond within", () => {
    const y = durationScale(durationTicks(MINUTE, 60 * MINUTE), 300, 0);
    expect(y(2 * MINUTE) - y(4 * MINUTE)).toBeCloseTo(y(10 * MINUTE) - y(20 * MINUTE), 6);
    expect(y(MINUTE)).toBeCloseTo(300, 6);
    expect(y(0)).toBeCloseTo(300, 6);
    expect(y(1e12)).toBeCloseTo(0, 6);
  });
});

describe("the axis of dates", () => {
  it("says days in a season and years in years", () => {
    const season = dateScale(Date.UTC(2026, 7, 25), Date.UTC(2026, 10, 23), 0, 900);
    expect(season.ticks(6).map(({ label }) => label)).toContain("1 Nov");
    const years = dateScale(Date.UTC(2023, 10, 1), Date.UTC(2026, 10, 1), 0, 900);
    expect(years.ticks(6).map(({ label }) => label)).toContain("2025");
    expect(years.x(Date.UTC(2026, 10, 1))).toBeCloseTo(900, 6);
  });
});
