import { expect, it } from "vitest";
import { runningTime } from "@/components/clock/duration";
import type { TimelineItem } from "@/lib/contracts/retro";
import { offsetFrom, timelineGroups } from "./timeline-groups";

function line(subject: string, minute: number): TimelineItem {
  return {
    subject,
    kind: "event",
    at: `2026-11-20T14:${String(minute).padStart(2, "0")}:00.000Z`,
    originalAt: null,
    text: subject,
    originalText: null,
    by: null,
    source: null,
    url: null,
    shown: "kept",
    isCurated: false,
    merged: [],
    note: null,
    known: null,
    attachments: [],
    version: 0,
  };
}

it("parts the lines at the start and the end of harm", () => {
  const lines = [line("deploy", 1), line("harm", 10), line("alert", 12), line("restored", 20)];
  const impact = { from: "2026-11-20T14:10:00.000Z", to: "2026-11-20T14:15:00.000Z" };
  const parts = (to: string | null) =>
    timelineGroups(lines, { ...impact, to }).map(({ title, items }) => [
      title,
      items.map(({ subject }) => subject),
    ]);
  expect(parts(impact.to)).toEqual([
    ["Before customers were hurt", ["deploy"]],
    ["While customers were hurt", ["harm", "alert"]],
    ["Afterwards", ["restored"]],
  ]);
  expect(parts(null)).toHaveLength(2);
  expect(timelineGroups([], impact)).toEqual([]);
});

it("counts from the start of harm, both ways", () => {
  const start = "2026-11-20T14:10:00.000Z";
  expect(offsetFrom(start, "2026-11-20T14:12:41.000Z", runningTime)).toBe("+2:41");
  expect(offsetFrom(start, "2026-11-20T13:57:57.000Z", runningTime)).toBe("−12:03");
});
