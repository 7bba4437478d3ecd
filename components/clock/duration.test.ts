import { describe, expect, it } from "vitest";
import { clockTime, dayAndTime, plannedTime, runningTime, shortTime, stepTime } from "./duration";

describe("durations", () => {
  it("counts a running time up through hours and days", () => {
    expect(runningTime(-5)).toBe("0:00");
    expect(runningTime(761_000)).toBe("12:41");
    expect(runningTime(3_761_000)).toBe("1:02:41");
    expect(runningTime(3 * 86_400_000 + 4 * 3_600_000)).toBe("3 d 04:00");
  });

  it("gives an age in one unit", () => {
    expect(shortTime(3_400)).toBe("3 s");
    expect(shortTime(119_000)).toBe("1 min");
    expect(shortTime(26 * 3_600_000)).toBe("26 h");
    expect(shortTime(6.5 * 86_400_000)).toBe("6 d");
  });

  it("rounds a plan to what people can use", () => {
    expect(plannedTime(4_040)).toBe("4 s");
    expect(plannedTime(110_000)).toBe("1 min 50 s");
    expect(plannedTime(119_000)).toBe("2 min");
    expect(plannedTime(1_260_000)).toBe("21 min");
    expect(plannedTime(3_590_000)).toBe("1 h");
    expect(plannedTime(7_180_000)).toBe("2 h");
    expect(plannedTime(7_800_000)).toBe("2 h 10 min");
  });

  it("keeps hundredths where a step took less than a second", () => {
    expect(stepTime(41)).toBe("+0.04 s");
    expect(stepTime(4_100)).toBe("+4.1 s");
    expect(stepTime(110_000)).toBe("+1:50");
  });

  it("writes the clock in UTC", () => {
    expect(clockTime("2026-11-23T14:02:00.118Z")).toBe("14:02:00");
    expect(clockTime("2026-11-23T14:02:00.118Z", false)).toBe("14:02");
    expect(dayAndTime("2026-11-03T04:02:00Z")).toBe("3 Nov 04:02:00");
  });
});
