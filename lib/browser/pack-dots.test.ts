import { expect, it } from "vitest";
import type { RecoveryDot, RecoveryView } from "@/lib/contracts/recovery";
import { packView, unpackDots } from "./pack-dots";

const dot = (over: Partial<RecoveryDot>): RecoveryDot => ({
  incidentId: "INC-1",
  at: "2026-03-01T12:00:00.123Z",
  ms: 840_000,
  lever: "rollback",
  severity: 2,
  services: ["checkout", "basket"],
  isDrill: false,
  ...over,
});
const view = (dots: RecoveryDot[]): RecoveryView => ({
  from: "2026-01-01T00:00:00.000Z",
  to: "2026-04-01T00:00:00.000Z",
  dots,
  groups: { all: [], lever: [], phase: [], service: [], severity: [] },
  advice: { given: 0, followed: 0, right: 0, notFollowed: 0 },
  looseEnds: [],
  freezeHours: { hours: null, why: null },
  recorded: dots.length,
});

it("unpacks what was packed, the oldest first", () => {
  const late = dot({});
  const early = dot({
    incidentId: "INC-2",
    at: "2026-02-01T00:00:00.000Z",
    ms: 0,
    lever: "none",
    severity: 4,
    services: ["a,b;c", "größe"],
    isDrill: true,
  });
  expect(unpackDots(packView(view([late, early])).dots)).toEqual([
    { ...early, at: Date.parse(early.at) },
    { ...late, at: Date.parse(late.at) },
  ]);
});

it("has no dot in an empty text", () => {
  expect(unpackDots(packView(view([])).dots)).toEqual([]);
});

it("takes less than half the room for thousands", () => {
  const dots = Array.from({ length: 5_000 }, (_, index) => dot({ incidentId: `INC-${index}` }));
  const packed = JSON.stringify(packView(view(dots))).length;
  expect(packed).toBeLessThan(JSON.stringify(view(dots)).length / 2.5);
});
