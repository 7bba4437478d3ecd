import { expect, it } from "vitest";
import { recoveryMs, recoveryPhases, restoringOf } from "./recovery-phases";

const at = (minutes: number) => new Date(Date.UTC(2026, 2, 2, 10) + minutes * 60_000).toISOString();
const incident = { harmBeganAt: at(0), declaredAt: at(5), restoredAt: at(12) };
const restoration = {
  state: "verified" as const,
  putBackOf: null,
  putBackBy: null,
  plannedAt: at(8),
  askedAt: at(8),
  acceptedAt: at(9),
  inEffectAt: at(11),
  endedAt: at(15),
};

it("cuts a recovery into six phases that add up to it", () => {
  const phases = recoveryPhases({ incident, firstAlertAt: at(3), restorations: [restoration] });
  expect(phases.map(({ name, ms }) => [name, (ms ?? Number.NaN) / 60_000])).toEqual([
    ["detect", 3],
    ["declare", 2],
    ["decide", 3],
    ["act", 1],
    ["take-effect", 2],
    ["verify", 4],
  ]);
  expect(recoveryMs(incident, [restoration])).toBe(15 * 60_000);
});

it("counts to the declaration when a person saw it before any alert", () => {
  for (const firstAlertAt of [null, at(7)]) {
    const [detect, declare] = recoveryPhases({ incident, firstAlertAt, restorations: [] });
    expect([detect?.ms, declare?.ms]).toEqual([5 * 60_000, 0]);
  }
});

it("knows nothing after the declaration when no lever restored it", () => {
  const phases = recoveryPhases({ incident, firstAlertAt: null, restorations: [] });
  expect(phases.slice(2).map(({ ms }) => ms)).toEqual([null, null, null, null]);
  expect(phases[2]).toMatchObject({ from: at(5), to: null });
  expect(recoveryMs(incident, [])).toBe(12 * 60_000);
  expect(recoveryMs({ ...incident, restoredAt: null }, [restoration])).toBeNull();
});

it("never counts a phase as negative when harm was said to begin later than it was seen", () => {
  const corrected = { ...incident, harmBeganAt: at(10) };
  const input = { incident: corrected, firstAlertAt: at(3), restorations: [restoration] };
  const phases = recoveryPhases(input);
  expect(phases.map(({ ms }) => (ms ?? Number.NaN) / 60_000)).toEqual([0, 0, 0, 0, 1, 4]);
  expect(recoveryMs({ ...incident, harmBeganAt: at(20) }, [restoration])).toBe(0);
});

it("credits the lever that ended the harm, not one before or after", () => {
  const before = { ...restoration, inEffectAt: at(1), endedAt: at(4) };
  const after = { ...restoration, inEffectAt: at(30), endedAt: at(35) };
  const putBack = { ...restoration, putBackOf: "R-1", endedAt: at(13) };
  const failed = { ...restoration, state: "failed" as const, endedAt: at(13) };
  expect(restoringOf(incident, [before, after, putBack, failed, restoration])).toBe(restoration);
  expect(restoringOf(incident, [before, after, putBack, failed])).toBeNull();
});

it("takes a person's word for a lever that no signal could verify", () => {
  const unwatched = { ...restoration, state: "in-effect" as const, endedAt: at(11) };
  expect(restoringOf(incident, [unwatched])).toBe(unwatched);
  expect(recoveryMs(incident, [unwatched])).toBe(12 * 60_000);
  const phases = recoveryPhases({ incident, firstAlertAt: null, restorations: [unwatched] });
  expect(phases.at(-1)).toMatchObject({ name: "verify", from: at(11), to: at(12) });
  expect(restoringOf(incident, [{ ...unwatched, putBackBy: "R-2" }])).toBeNull();
});
