import { expect, it } from "vitest";
import type { RecordedAdvice } from "@/lib/contracts/advice";
import type { LeverTarget } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import { cardAt } from "@/lib/server/test-card";
import { ROLLBACK, TURN_OFF } from "@/lib/server/test-incident";
import { reviewAdvice } from "./review-advice";
import { weighAlternatives } from "./weigh-alternatives";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10) + minutes * 60_000);

function pulled(
  target: LeverTarget,
  minutes: number,
  more: Partial<Restoration> = {},
): Restoration {
  const iso = (plus: number) => at(minutes + plus).toISOString();
  return {
    id: `R-${minutes}`,
    incidentId: "INC-1",
    lever: target.lever,
    target,
    label: target.lever === "rollback" ? "Roll back checkout 24 → 23" : "Turn new-basket off",
    service: "checkout",
    suspectId: "deploy-24",
    state: "verified",
    by: "Ada",
    wasRecommended: null,
    putBackOf: null,
    putBackBy: null,
    plannedAt: iso(0),
    askedAt: iso(0),
    acceptedAt: iso(1),
    inEffectAt: iso(3 + 1 / 6),
    endedAt: iso(6),
    stages: [],
    progress: null,
    goodSince: null,
    verifyForSeconds: null,
    failure: null,
    commands: [],
    receipts: [],
    url: null,
    ...more,
  };
}

const STAYED_BAD: Partial<Restoration> = {
  state: "failed",
  failure: { code: "signal-stayed-bad", sentence: "It took effect and Checkout stayed bad." },
};

function advised(minutes: number, suspectId?: string): RecordedAdvice {
  const { levers, recommendation, suspectId: about } = cardAt(at(minutes), suspectId);
  return { at: at(minutes).toISOString(), card: { suspectId: about, levers, recommendation } };
}

const say = (restorations: Restoration[], advice: RecordedAdvice[]) =>
  weighAlternatives({ restorations, advice, decisive: restorations.at(-1) ?? null }).map(
    ({ sentence }) => sentence,
  );

it("says what the flag would have taken beside what the rollback took", () => {
  const ways = weighAlternatives({
    restorations: [pulled(ROLLBACK, 10)],
    advice: [advised(5)],
    decisive: pulled(ROLLBACK, 10),
  });
  expect(ways[0]).toEqual({
    lever: "retoggle",
    label: "Turn new-basket off",
    wasPulled: false,
    wasRecommended: true,
    couldBePulled: true,
    ms: 4_000,
    isMeasured: false,
    sentence:
      "A flag guarded this; turning it off would have taken about 4 s; the rollback took 3 min 10 s.",
  });
  expect(ways[1]).toMatchObject({ wasPulled: true, ms: 190_000, isMeasured: true });
  expect(ways[2]).toMatchObject({ couldBePulled: false, ms: null });
});

it("goes by what stood there at the press, for that suspect", () => {
  const later = advised(12);
  const other = advised(9, "flag-1");
  expect(say([pulled(ROLLBACK, 10)], [later, other])).toEqual([
    "Nobody looked at changing a flag before the press, so what it would have taken is not known.",
    "Roll back checkout 24 → 23 (R-10) was pulled: it took 3 min 10 s from the press until in effect.",
    "Nobody looked at reverting before the press, so what it would have taken is not known.",
  ]);
  expect(say([pulled(ROLLBACK, 10, { suspectId: null })], [other])[0]).toMatch(/^A flag guarded/);
});

it("says of a guess that it is one, and of an unsafe lever why", () => {
  const advice = advised(5);
  const [flag] = advice.card.levers;
  if (!flag) throw new Error("the card has levers");
  flag.estimate = { p50Ms: 15_000, p90Ms: null, n: 0, basis: "a guess" };
  flag.warnings = [{ code: "kill", sentence: "It is a kill switch", unsafe: true }];
  expect(say([pulled(ROLLBACK, 10)], [advice])[0]).toBe(
    "A flag guarded this; turning it off would have taken about 15 s (a guess from no figures of our own); the rollback took 3 min 10 s. It was held to be unsafe: It is a kill switch.",
  );
});

it("tells of attempts that failed, and of none that was never done", () => {
  const failed = pulled(TURN_OFF, 5, STAYED_BAD);
  const refused = pulled(TURN_OFF, 6, { state: "failed", acceptedAt: null, inEffectAt: null });
  expect(say([failed, refused, pulled(ROLLBACK, 10)], [])[0]).toBe(
    "Turn new-basket off (R-5) took 3 min 10 s from the press until in effect and did not help.",
  );
  expect(weighAlternatives({ restorations: [], advice: [], decisive: null })).toEqual([]);
  const last = weighAlternatives({ restorations: [], advice: [advised(5)], decisive: null });
  expect(last.map(({ wasPulled }) => wasPulled)).toEqual([false, false]);
});

it("calls advice right only when it was tried and verified", () => {
  const review = (restorations: Restoration[], advice = [advised(1)]) => {
    const found = reviewAdvice({ restorations, advice });
    return found && [found.lever, found.wasFollowed, found.wasRight];
  };
  expect(review([pulled(TURN_OFF, 5)])).toEqual(["retoggle", true, true]);
  expect(review([pulled(TURN_OFF, 5, STAYED_BAD), pulled(ROLLBACK, 10)])).toEqual([
    "retoggle",
    true,
    false,
  ]);
  expect(review([pulled(ROLLBACK, 5)])).toEqual(["retoggle", false, null]);
  expect(review([pulled(ROLLBACK, 5, STAYED_BAD), pulled(TURN_OFF, 10)])).toEqual([
    "retoggle",
    false,
    true,
  ]);
  expect(review([pulled(TURN_OFF, 5, { state: "in-effect" })])).toEqual(["retoggle", true, null]);
  expect(review([pulled(TURN_OFF, 5, { putBackOf: "R-1" })])).toEqual(["retoggle", null, null]);
  expect(review([pulled(ROLLBACK, 5)], [])).toBeNull();
  expect(review([pulled(ROLLBACK, 5, { wasRecommended: true })], [])).toEqual([
    "rollback",
    true,
    true,
  ]);
});

it("says when nothing was recommended", () => {
  const none = advised(1);
  none.card.recommendation = { lever: "none", because: "No lever is safe.", runnerUp: null };
  const pulledAnyway = reviewAdvice({ restorations: [pulled(ROLLBACK, 5)], advice: [none] });
  expect(pulledAnyway).toMatchObject({ lever: "none", wasFollowed: false, wasRight: null });
  expect(pulledAnyway?.sentence).toBe(
    "No lever was recommended; Roll back checkout 24 → 23 was pulled. R-5 helped: the signal verified it.",
  );
  expect(reviewAdvice({ restorations: [], advice: [none] })?.sentence).toBe(
    "No lever was recommended and none was pulled.",
  );
});
