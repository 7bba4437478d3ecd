import { describe, expect, it } from "vitest";
import type { Restoration } from "@/lib/contracts/restoration";
import { stepsOf } from "./restoration-steps";

const asked: Restoration = {
  id: "R-1",
  incidentId: "INC-1",
  lever: "rollback",
  target: {
    lever: "rollback",
    source: "prod",
    namespace: "shop",
    deployment: "checkout",
    toChangeId: "c23",
  },
  label: "Roll back checkout 24 → 23",
  service: "checkout",
  suspectId: null,
  state: "asked",
  by: "Ada",
  wasRecommended: true,
  putBackOf: null,
  putBackBy: null,
  plannedAt: "2026-11-23T14:15:02.000Z",
  askedAt: "2026-11-23T14:15:02.118Z",
  acceptedAt: null,
  inEffectAt: null,
  endedAt: null,
  stages: [],
  progress: null,
  goodSince: null,
  verifyForSeconds: 180,
  failure: null,
  commands: [],
  receipts: [],
  url: null,
};
const states = (restoration: Restoration) => stepsOf(restoration).map((step) => step.state);

describe("stepsOf", () => {
  it("claims nothing the systems haven't confirmed", () => {
    expect(states(asked)).toEqual(["done", "running", "waiting", "waiting", "waiting"]);
    const accepted = {
      ...asked,
      state: "accepted",
      acceptedAt: "2026-11-23T14:15:02.160Z",
    } as const;
    expect(states(accepted)).toEqual(["done", "done", "running", "waiting", "waiting"]);
    const rolling = stepsOf({ ...accepted, progress: "2 of 5 pods" });
    expect(rolling[2]).toMatchObject({ name: "Rolling out", detail: "2 of 5 pods" });
    expect(rolling[1]?.detail).toBe("+0.04 s");
  });

  it("leaves to the stages what they tell in full", () => {
    const waits = "waiting for a deploy that carries it. Argo CD is paused for R-1";
    const stage = { state: "running", url: null } as const;
    const merged = {
      ...asked,
      ...{ lever: "revert", state: "accepted", acceptedAt: "2026-11-23T14:15:03Z" },
      progress: `Merged; ${waits}`,
      stages: [
        { ...stage, name: "Merge", state: "done", detail: null },
        { ...stage, name: "Delivery", detail: `merged; ${waits}` },
      ],
    } as Restoration;
    const detailOf = (more: Partial<Restoration>) => stepsOf({ ...merged, ...more })[2]?.detail;
    expect(detailOf({})).toBe("Delivery");
    expect(detailOf({ progress: "GitHub doesn’t answer." })).toBe("GitHub doesn’t answer.");
    expect(detailOf({ stages: [] })).toBe(`Merged; ${waits}`);
  });

  it("shows where a failed or unanswered one stopped", () => {
    expect(states({ ...asked, state: "unknown" })[1]).toBe("stopped");
    const late = {
      ...asked,
      state: "failed",
      acceptedAt: "2026-11-23T14:15:03Z",
      inEffectAt: "2026-11-23T14:16:03Z",
      endedAt: "2026-11-23T14:20:03Z",
    } as const;
    expect(states(late)).toEqual(["done", "done", "done", "stopped", "waiting"]);
  });

  it("is done from end to end only when verified", () => {
    const verified = {
      ...asked,
      state: "verified",
      acceptedAt: "2026-11-23T14:15:03Z",
      inEffectAt: "2026-11-23T14:16:03Z",
      goodSince: "2026-11-23T14:16:13Z",
      endedAt: "2026-11-23T14:19:13Z",
    } as const;
    expect(new Set(states(verified).slice(0, 4))).toEqual(new Set(["done"]));
    expect(stepsOf(verified)[4]).toMatchObject({ name: "Verified", state: "done" });
    expect(stepsOf(verified).map(({ detail }) => detail)).toEqual([
      "14:15:02",
      "+0.88 s",
      "+1:00",
      "+1:10",
      "+4:10",
    ]);
  });
});
