import { describe, expect, it } from "vitest";
import { periodOf, readFilter } from "./recovery-period";

const now = new Date("2026-02-14T09:30:00.000Z");
const custom = (from: string, to: string) => periodOf({ period: "custom", from, to }, now);

describe("the period in the address", () => {
  it("takes the last whole quarter, over the turn of a year too", () => {
    expect(periodOf({ period: "quarter", from: "", to: "" }, now)).toEqual({
      from: "2025-10-01T00:00:00.000Z",
      to: "2026-01-01T00:00:00.000Z",
    });
  });

  it("counts back from now", () => {
    expect(periodOf({ period: "90d", from: "", to: "" }, now)).toEqual({
      from: "2025-11-16T09:30:00.000Z",
      to: "2026-02-14T09:30:00.000Z",
    });
    expect(periodOf({ period: "12m", from: "", to: "" }, now)?.from).toBe(
      "2025-02-14T09:30:00.000Z",
    );
  });

  it("goes back twenty years for all", () => {
    expect(periodOf({ period: "all", from: "", to: "" }, now)?.from).toMatch(/^2006-02-/);
  });

  it("has both days of a custom period within it", () => {
    expect(custom("2026-01-01", "2026-01-01")).toEqual({
      from: "2026-01-01T00:00:00.000Z",
      to: "2026-01-02T00:00:00.000Z",
    });
  });

  it("makes no period of days that are none, run backwards or reach too far", () => {
    expect(custom("1990-01-01", "2026-01-01")).toBeNull();
    expect(custom("2026-01-02", "2026-01-01")).toBeNull();
    expect(custom("2026-02-30", "2026-03-01")).toBeNull();
    expect(custom("", "")).toBeNull();
  });

  it("leaves out words that mean nothing", () => {
    const words = new URLSearchParams(
      "period=century&lever=magic&severity=9&drills=only&service=a",
    );
    expect(readFilter(words)).toEqual({
      period: "12m",
      from: "",
      to: "",
      service: "a",
      lever: "",
      severity: "",
      drills: "only",
    });
  });
});
