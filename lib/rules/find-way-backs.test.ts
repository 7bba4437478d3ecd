import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import type { Restoration } from "@/lib/contracts/restoration";
import { DETAILS, TURN_OFF } from "@/lib/server/test-incident";
import { findWayBacks } from "./find-way-backs";

const START = Date.parse("2026-11-28T10:00:00.000Z");
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

function change(id: string, minutes: number, details: Change["details"], carries: string[] = []) {
  return {
    ...{ id, kind: details.kind, source: "cluster", services: ["checkout"], title: id },
    ...{ environment: null, at: at(minutes), completedAt: at(minutes), actor: "Ann", url: null },
    ...{ details, carries },
  } satisfies Change;
}

const restoration = (more: Partial<Restoration>): Restoration => ({
  ...{ id: "R-1", incidentId: "INC-1", lever: "retoggle", target: TURN_OFF, label: "Turn off" },
  ...{ service: "checkout", suspectId: "flag-1", state: "verified", by: "Bob" },
  ...{ wasRecommended: null, putBackOf: null, putBackBy: null, plannedAt: at(0), askedAt: at(0) },
  ...{ acceptedAt: at(0), inEffectAt: at(1), endedAt: at(3), stages: [], progress: null },
  ...{ goodSince: null, verifyForSeconds: null, failure: null, commands: [], receipts: [] },
  ...{ url: null, ...more },
});

/** A signal that is bad from minute `from` until minute `to`, a point every half minute. */
const bad = (from: number, to: number, until = 30): SignalTrace => ({
  ...{ service: "checkout", threshold: 0.02, harmWhen: "above" },
  points: Array.from({ length: (until + 10) * 2 }, (_, index) => {
    const minute = index / 2 - 10;
    return [START + minute * 60_000, minute >= from && minute < to ? 0.3 : 0.004];
  }),
});

describe("our own Restorations", () => {
  const of = (more: Partial<Restoration>) =>
    findWayBacks({ changes: [], restorations: [restoration(more)], signals: [] });

  test("count for what they were pulled for, by what the signal said", () => {
    expect(of({})).toEqual([{ changeId: "flag-1", at: at(1), by: "Bob", helped: true }]);
    const failure = { code: "signal-stayed-bad", sentence: "It stayed bad." };
    expect(of({ state: "failed", failure })[0]?.helped).toBe(false);
    expect(of({ state: "in-effect", endedAt: null })[0]?.helped).toBeNull();
  });

  test("that never took effect, put something back or were for nothing in particular tell nothing", () => {
    expect(of({ inEffectAt: null, state: "failed" })).toEqual([]);
    expect(of({ putBackOf: "R-0" })).toEqual([]);
    expect(of({ suspectId: null })).toEqual([]);
  });
});

describe("what others did", () => {
  const deploys = [
    change("d22", -600, DETAILS.deploy(22)),
    change("d23", -300, DETAILS.deploy(23)),
    change("d24", -5, DETAILS.deploy(24)),
    change("d25", 10, { ...DETAILS.deploy(25, { returnsTo: 22 }), templateHash: "h22" } as never),
  ];

  test("a rollout that returns takes back all that came between, judged by the signal", () => {
    const told = (signals: SignalTrace[]) =>
      findWayBacks({ changes: deploys, restorations: [], signals }).map(
        ({ changeId, helped }) => `${changeId} ${helped}`,
      );
    expect(told([])).toEqual(["d23 null", "d24 null"]);
    expect(told([bad(0, 11)])).toEqual(["d23 true", "d24 true"]);
    expect(told([bad(0, 99)])).toEqual(["d23 false", "d24 false"]);
    expect(told([bad(0, 11, 12)])).toEqual(["d23 null", "d24 null"]);
    expect(told([bad(-9, -8)])).toEqual(["d23 null", "d24 null"]);
  });

  test("one that our own Restoration made is told by the Restoration alone", () => {
    const last = deploys[3];
    const ours = { ...last, details: { ...last?.details, restorationId: "R-1" } } as Change;
    const told = findWayBacks({
      ...{ changes: [...deploys.slice(0, 3), ours], signals: [bad(0, 99)] },
      restorations: [restoration({ suspectId: "d24" })],
    });
    expect(told.map(({ changeId, helped }) => [changeId, helped])).toEqual([["d24", true]]);
  });

  test("a flag turned to what it was takes back the change that it undoes", () => {
    const changes = [
      change("on", 0, DETAILS.flag("on")),
      change("off", 5, DETAILS.flag("off")),
      change("on again", 9, DETAILS.flag("on")),
    ];
    const told = findWayBacks({ changes, restorations: [], signals: [bad(0, 5)] });
    expect(told.map(({ changeId, helped }) => [changeId, helped])).toEqual([
      ["off", null],
      ["on", true],
    ]);
  });

  test("a revert counts once it is live", () => {
    const merges = [change("m7", -30, DETAILS.merge(7)), change("m8", 2, DETAILS.merge(8, 7))];
    expect(findWayBacks({ changes: merges, restorations: [], signals: [] })).toEqual([]);
    const live = change("d26", 10, DETAILS.deploy(26), ["m8"]);
    const told = findWayBacks({ changes: [...merges, live], restorations: [], signals: [] });
    expect(told).toEqual([{ changeId: "m7", at: at(10), by: "Ann", helped: null }]);
  });
});
