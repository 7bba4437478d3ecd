import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Stage } from "@/lib/contracts/restoration";
import { estimateRevert, type RevertParts } from "./estimate-revert";
import { type StepRow, stagesUntilMerged, tryAgainIn, usualOf } from "./revert-stages";

const step = (more: Partial<StepRow> & Pick<StepRow, "step" | "state">): StepRow => ({
  ...{ sentence: "Said.", who: null, commands: [], tries: 1 },
  ...{ startedAt: "2026-11-28T12:00:00.000Z", answeredAt: null, dueAt: null },
  ...more,
});
const told = (merge: Stage["state"], detail: string | null = null): Stage[] => [
  { name: "Checks", state: "running", detail: "1 of 2", url: null },
  { name: "Merge", state: merge, detail, url: null },
];

describe("the stages of an opened revert", () => {
  test("begin with what we do, each with how long it usually takes", () => {
    const usual = { label: { ms: 900, from: "the last 4 reverts" } };
    const stages = stagesUntilMerged(told("waiting"), [], usual);
    expect(stages.map(({ name, state }) => [name, state])).toEqual([
      ["Label", "waiting"],
      ["Reviewers", "waiting"],
      ["Checks", "running"],
      ["Merge", "waiting"],
    ]);
    expect(stages[0]).toMatchObject({ usualMs: 900, usualFrom: "the last 4 reverts" });
  });

  test("what was refused is stuck and names who can do it; what is being asked runs", () => {
    const rows = [
      step({ step: "label", state: "refused", sentence: "No.", who: "an owner" }),
      step({ step: "reviewers", state: "asking", sentence: null }),
      step({ step: "merge", state: "refused", sentence: "It conflicts.", who: "anybody" }),
    ];
    const stages = stagesUntilMerged(told("waiting"), rows);
    expect(stages.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ["Label", "stuck", "No. It can be done by an owner."],
      ["Reviewers", "running", null],
      ["Checks", "running", "1 of 2"],
      ["Merge", "stuck", "It conflicts. It can be done by anybody."],
    ]);
  });

  test("what GitHub says of the merge stands, but for why we wait with it", () => {
    const later = step({ step: "merge", state: "later", sentence: "Its checks have not begun." });
    expect(stagesUntilMerged(told("waiting"), [later]).at(-1)?.detail).toBe(later.sentence);
    expect(stagesUntilMerged(told("running", "in the queue"), [later]).at(-1)?.detail).toBe(
      "in the queue",
    );
    const refused = step({ step: "merge", state: "refused" });
    expect(stagesUntilMerged(told("done", "as 1234567"), [refused]).at(-1)).toMatchObject({
      ...{ state: "done", detail: "as 1234567" },
    });
  });

  test("one that was merged before anybody came to it shows no steps of ours", () => {
    expect(stagesUntilMerged(told("done"), []).map(({ name }) => name)).toEqual([
      "Checks",
      "Merge",
    ]);
  });
});

describe("when a step is tried again", () => {
  test("never sooner than in ten seconds, and never once it is over", () => {
    const outcome = fc.constantFrom("later" as const, "error" as const, "refused" as const);
    const which = fc.constantFrom("label" as const, "reviewers" as const, "merge" as const);
    fc.assert(
      fc.property(which, outcome, fc.integer({ min: 1, max: 10_000 }), (one, came, tries) => {
        const ms = tryAgainIn(one, came, tries);
        if (came === "refused" && one !== "merge") return ms === null;
        return ms !== null && ms >= 10_000 && ms <= 600_000;
      }),
    );
    expect(tryAgainIn("merge", "done", 1)).toBeNull();
    expect(tryAgainIn("merge", "unneeded", 1)).toBeNull();
  });
});

describe("how long a revert takes", () => {
  const nothing: RevertParts = {
    ...{ merge: null, checks: null, merging: null, reviews: 0 },
    ...{ delivery: null, rollout: null, deliveries: 0 },
  };

  test("is not said when nothing is known of its stages", () => {
    expect(estimateRevert(nothing)).toBeNull();
  });

  test("is the sum of its stages, each with where it is known from", () => {
    const from = "the last 12 deliveries of checkout";
    expect(
      estimateRevert({
        merge: "the front of the merge queue",
        checks: { ms: 180_000, from: "the last 5 merges into main" },
        merging: { ms: 60_000, from: "the merge queue's own estimate" },
        reviews: 2,
        delivery: { ms: 240_000, from },
        rollout: { ms: 40_000, from },
        deliveries: 12,
      }),
    ).toEqual({
      ...{ p50Ms: 520_000, p90Ms: null, n: 12 },
      basis:
        "checks 3 min (the last 5 merges into main) + the front of the merge queue 1 min + delivery 4 min + rollout 40 s (the last 12 deliveries of checkout); and as long as 2 approving reviews take",
    });
  });

  test("what isn't known is assumed, and said to be", () => {
    const parts = { ...nothing, checks: { ms: 60_000, from: "the last merge into main" } };
    expect(estimateRevert(parts)).toMatchObject({
      ...{ p50Ms: 960_000, n: 0 },
      basis: expect.stringContaining("delivery 13 min (assumed) + rollout 2 min (assumed)"),
    });
  });

  test("a usual duration is the median of what there was", () => {
    expect(usualOf([], "delivery")).toBeNull();
    expect(usualOf([5], "delivery")).toEqual({ ms: 5, from: "the last delivery" });
    expect(usualOf([1, 9, 3], "delivery", "deliveries")).toEqual({
      ...{ ms: 3, from: "the last 3 deliveries" },
    });
  });
});
