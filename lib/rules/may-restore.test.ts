import { expect, test } from "vitest";
import { IncidentStatus } from "@/lib/contracts/incident";
import { RestorationState } from "@/lib/contracts/restoration";
import { type MayRestoreInput, mayRestore } from "./may-restore";

const open = { id: "INC-1", status: "declared", isDrill: false, services: ["checkout"] } as const;
const incident = { ...open, services: [...open.services] };
const latest = (state: RestorationState) => ({ id: "R-1", state, by: "Ada", label: "Turn k off" });
const ask = (more: Partial<MayRestoreInput>) =>
  mayRestore({
    ...{ incident, service: "checkout", latest: null, putBackOf: null },
    ...{ blockers: [], overrideReason: null, ...more },
  });

test.each(IncidentStatus.options)("an incident that is %s", (status) => {
  const verdict = ask({ incident: { ...incident, status } });
  const isOpen = status === "declared" || status === "restored";
  expect(verdict.may).toBe(isOpen);
  if (!isOpen) expect(verdict).toMatchObject({ outcome: "refused", code: "incident-closed" });
});

test.each(RestorationState.options)("the latest on the same thing is %s", (state) => {
  const verdict = ask({ latest: latest(state) });
  const isUnanswered = state === "asked" || state === "unknown" || state === "planned";
  expect(verdict.may).toBe(!isUnanswered);
  if (!verdict.may) {
    expect(verdict.outcome).toBe("already");
    expect(verdict.because).toBe("Ada is doing this: Turn k off (R-1).");
  }
});

test("what is put back was done, and only once", () => {
  const done = { id: "R-1", acceptedAt: "2026-11-20T12:00:00.000Z", putBackBy: null };
  expect(ask({ putBackOf: done })).toEqual({ may: true, overrides: null });
  expect(ask({ putBackOf: { ...done, acceptedAt: null } })).toMatchObject({
    code: "nothing-to-put-back",
  });
  expect(ask({ putBackOf: { ...done, putBackBy: "R-2" } })).toMatchObject({
    outcome: "already",
    because: "R-1 was put back already, by R-2.",
  });
});

test("a drill pulls levers of its own services alone", () => {
  const drill = { ...incident, isDrill: true };
  expect(ask({ incident: drill })).toMatchObject({ may: true });
  expect(ask({ incident, service: "payments" })).toMatchObject({ may: true });
  for (const service of ["payments", null]) {
    expect(ask({ incident: drill, service })).toMatchObject({
      outcome: "refused",
      code: "not-drillable",
    });
  }
});

test("what stands in the way is overridden by a reason, where it may be at all", () => {
  const schema = {
    ...{ code: "schema-incompatible", sentence: "23 can’t run.", who: null, commands: [] },
    mayOverride: true,
  };
  const firm = { ...schema, code: "paused", sentence: "It is paused.", mayOverride: false };
  const overrideReason = "the column is filled by a trigger";
  expect(ask({ blockers: [schema] })).toMatchObject({
    ...{ may: false, outcome: "refused", code: "schema-incompatible" },
    because: expect.stringContaining("23 can’t run."),
  });
  expect(ask({ blockers: [schema], overrideReason })).toEqual({
    may: true,
    overrides: {
      codes: ["schema-incompatible"],
      sentence: "23 can’t run.",
      reason: overrideReason,
    },
  });
  expect(ask({ blockers: [schema, firm], overrideReason })).toMatchObject({ code: "paused" });
  expect(ask({ overrideReason })).toEqual({ may: true, overrides: null });
  // Who is doing it already comes first.
  expect(ask({ blockers: [schema], latest: latest("asked") })).toMatchObject({
    outcome: "already",
  });
});
