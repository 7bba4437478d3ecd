import { describe, expect, test } from "vitest";
import { calibration } from "./calibration";
import type { IncidentOutcome } from "./incident-outcome";
import { measureIncidents } from "./measure-incidents";

const found: IncidentOutcome = {
  ...{ id: "found", culprit: "bad", probabilityOfTruth: 0.8, brier: 0.06 },
  rank: { ours: 1, latest: 2, latestAffected: null },
  likeliest: { name: "checkout 4 → 5", probability: 0.8, isRight: true },
  ...{ outweighedNone: false, lever: "rollback", leverOutcome: "right", isUnsafe: false },
  onsetErrorMinutes: 1,
};
const fourth: IncidentOutcome = {
  ...found,
  ...{ id: "fourth", rank: { ours: 4, latest: 1, latestAffected: 1 }, brier: 0.9 },
  likeliest: { name: "search 2 → 3", probability: 0.6, isRight: false },
  ...{ leverOutcome: "wrong-suspect", onsetErrorMinutes: 3 },
};
const outside: IncidentOutcome = {
  ...found,
  ...{ id: "outside", culprit: null, rank: { ours: null, latest: null, latestAffected: null } },
  likeliest: { name: "no recent change", probability: 0.9, isRight: true },
  ...{ lever: "none", brier: 0.02, onsetErrorMinutes: 9 },
};
const blamed: IncidentOutcome = {
  ...outside,
  ...{ id: "blamed", outweighedNone: true, lever: "rollback", leverOutcome: "blamed" },
  likeliest: { name: "mailer 8 → 9", probability: 0.7, isRight: false },
  isUnsafe: true,
};

describe("measures of incidents", () => {
  const measures = measureIncidents([found, fourth, outside, blamed]);

  test("hits are counted among incidents that a change caused", () => {
    const { ours, latest, latestAffected } = measures.culprit;
    expect([ours.top1.hits, ours.top3.hits, ours.top5.hits, ours.top1.n]).toEqual([1, 1, 2, 2]);
    expect([latest.top1.hits, latest.top3.hits]).toEqual([1, 2]);
    expect(latestAffected.top5.hits).toBe(1);
    expect(ours.top5.share).toBe(1);
    expect(ours.top1.interval?.low).toBeCloseTo(0.0945, 3);
  });

  test("levers, blame and what is unsafe", () => {
    expect(measures.leverRight).toMatchObject({ hits: 2, n: 4 });
    expect(measures.levers).toEqual({
      ...{ right: 2, abstained: 0, "wrong-lever": 0, "wrong-suspect": 1, blamed: 1 },
    });
    expect(measures.unsafe).toEqual(["blamed"]);
    expect(measures.blamed).toMatchObject({ hits: 1, n: 2 });
    expect(measures.outweighedNone).toMatchObject({ hits: 1, n: 2 });
    expect(measures.likeliestRight).toMatchObject({ hits: 2, n: 4 });
  });

  test("means and medians", () => {
    expect(measures.brier).toBeCloseTo(0.25);
    expect(measures.onsetErrorMinutesP50).toBe(3);
  });

  test("of nothing, nothing is claimed", () => {
    const nothing = measureIncidents([]);
    expect(nothing.culprit.ours.top1).toEqual({ hits: 0, n: 0, share: null, interval: null });
    expect(nothing.brier).toBeNull();
    expect(nothing.calibration.error).toBeNull();
    expect(nothing.onsetErrorMinutesP50).toBeNull();
  });
});

describe("calibration", () => {
  test("ten bins, 1 in the last, and the weighted gap", () => {
    const { bins, error } = calibration([
      { probability: 1, isRight: true },
      { probability: 0.95, isRight: true },
      { probability: 0.55, isRight: false },
      { probability: 0.5, isRight: true },
    ]);
    expect(bins.map(({ n }) => n)).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 2]);
    expect(bins[9]).toMatchObject({ stated: 0.975, found: 1 });
    expect(bins[5]).toMatchObject({ stated: 0.525, found: 0.5 });
    expect(bins[0]).toMatchObject({ stated: null, found: null });
    expect(error).toBeCloseTo((2 * 0.025 + 2 * 0.025) / 4);
  });
});
