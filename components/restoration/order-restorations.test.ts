import { describe, expect, it } from "vitest";
import type { Restoration } from "@/lib/contracts/restoration";
import { endInWords, orderRestorations } from "./order-restorations";

const base: Restoration = {
  id: "R-1",
  incidentId: "INC-1",
  lever: "revert",
  target: { lever: "revert", source: "github", repository: "shop/app", number: 77 },
  label: "Revert #77",
  service: "checkout",
  suspectId: null,
  state: "verified",
  by: "Ada",
  wasRecommended: null,
  putBackOf: null,
  putBackBy: null,
  plannedAt: "2026-11-23T14:01:00.000Z",
  askedAt: "2026-11-23T14:01:00.000Z",
  acceptedAt: "2026-11-23T14:01:01.000Z",
  inEffectAt: null,
  endedAt: null,
  stages: [],
  progress: null,
  goodSince: null,
  verifyForSeconds: null,
  failure: null,
  commands: [],
  receipts: [],
  url: null,
};
const made = (number: number, more: Partial<Restoration>): Restoration => ({
  ...base,
  id: `R-${number}`,
  plannedAt: `2026-11-23T14:0${number}:00.000Z`,
  ...more,
});
const refused = {
  state: "failed",
  acceptedAt: null,
  failure: { code: "already-reverted", sentence: "#78 reverts it already." },
} as const;
const order = (restorations: Restoration[]) => orderRestorations(restorations).map(({ id }) => id);

describe("orderRestorations", () => {
  it("shows the newest first", () => {
    expect(order([made(1, { state: "failed" }), made(2, {})])).toEqual(["R-2", "R-1"]);
    expect(order([made(1, {}), made(2, { state: "failed" })])).toEqual(["R-2", "R-1"]);
  });

  it("keeps what holds ahead of later attempts that changed nothing", () => {
    const tries = [made(3, refused), made(4, refused)];
    const failed = made(1, { state: "failed" });
    for (const state of ["verified", "in-effect", "unknown"] as const) {
      expect(order([failed, made(2, { state }), ...tries])).toEqual(["R-2", "R-4", "R-3", "R-1"]);
    }
  });

  it("doesn't hold on to what was put back or failed", () => {
    for (const ended of [{ putBackBy: "R-9" }, { state: "failed" }] as const) {
      expect(order([made(1, ended), made(2, refused)])).toEqual(["R-2", "R-1"]);
    }
    expect(order([made(1, refused)])).toEqual(["R-1"]);
    expect(order([])).toEqual([]);
  });
});

describe("endInWords", () => {
  it("tells what was not done from what failed", () => {
    expect(endInWords(made(1, refused))).toBe("not done. #78 reverts it already.");
    expect(endInWords(made(1, { ...refused, failure: null }))).toBe("not done");
    expect(endInWords(made(1, { state: "failed" }))).toBe("failed");
    expect(endInWords(made(1, { putBackBy: "R-2" }))).toBe("put back");
  });
});
