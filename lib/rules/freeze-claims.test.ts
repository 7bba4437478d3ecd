import { describe, expect, test } from "vitest";
import { type HoldClaim, isLive } from "./freeze-claims";

const now = new Date("2026-11-28T12:00:00Z");
const later = new Date("2026-11-28T13:00:00Z");
const earlier = new Date("2026-11-28T11:00:00Z");
const frozen = (freeze: Partial<NonNullable<HoldClaim["freeze"]>>): HoldClaim => ({
  droppedAt: null,
  freeze: { until: later, thawedAt: null, ...freeze },
  restoration: null,
});
const restored = (restoration: Partial<NonNullable<HoldClaim["restoration"]>>): HoldClaim => ({
  droppedAt: null,
  freeze: null,
  restoration: { state: "verified", acceptedAt: earlier, putBackAt: null, ...restoration },
});

describe("a claim on a hold", () => {
  test.each([
    ["of a freeze that is on", frozen({}), true],
    ["of a freeze that was thawed", frozen({ thawedAt: earlier }), false],
    ["of a freeze whose time is over", frozen({ until: now }), false],
    ["that was dropped by hand", { ...frozen({}), droppedAt: earlier }, false],
    ["of a Restoration that was asked for", restored({ state: "asked", acceptedAt: null }), true],
    ["of one whose answer was lost", restored({ state: "unknown", acceptedAt: null }), true],
    ["of one that was never done", restored({ state: "failed", acceptedAt: null }), false],
    ["of one that failed after it was done", restored({ state: "failed" }), true],
    ["of a verified one", restored({}), true],
    ["of one that was put back", restored({ putBackAt: earlier }), false],
    ["of nobody", { droppedAt: null, freeze: null, restoration: null }, false],
  ])("%s", (_, claim, expected) => {
    expect(isLive(claim, now)).toBe(expected);
  });
});
