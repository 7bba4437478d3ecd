import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import { DETAILS, ROLLBACK, TURN_OFF } from "@/lib/server/test-incident";
import { findKnownGood, type KnownGoodInput } from "./find-known-good";
import type { PastRestoration } from "./known-good/past-restoration";

const NOW = Date.parse("2026-11-28T12:00:00.000Z");
const MINUTE = 60_000;
const ago = (minutes: number) => NOW - minutes * MINUTE;
const isoAgo = (minutes: number) => new Date(ago(minutes)).toISOString();

type Marks = { restorationId?: string; template?: string; rollout?: string; carries?: string[] };

function deploy(revision: number, minutes: number, marks: Marks = {}): Change {
  const details = {
    ...DETAILS.deploy(revision, marks),
    ...(marks.template ? { templateHash: marks.template } : {}),
    ...(marks.rollout ? { rollout: marks.rollout } : {}),
  } as Change["details"];
  return {
    ...{ id: `d${revision}`, kind: "deploy", source: "cluster", services: ["checkout"] },
    ...{ title: `checkout ${revision}`, environment: null, at: isoAgo(minutes) },
    completedAt: isoAgo(minutes),
    ...{ actor: null, url: null, details, carries: marks.carries ?? [] },
  };
}

function flag(action: "on" | "off", minutes: number, restorationId: string | null = null): Change {
  const details = { ...DETAILS.flag(action), restorationId } as Change["details"];
  return {
    ...deploy(1, minutes),
    ...{ id: `f${minutes}`, kind: "flag", source: "flags", details },
  };
}

const rolledBack = (more: Partial<PastRestoration> = {}): PastRestoration => ({
  ...{ id: "R-1", target: { ...ROLLBACK, toChangeId: "d23" }, suspectId: "d24", fromHash: "h24" },
  ...{ inEffectAt: ago(40), verifiedAt: ago(37), ...more },
});

const input = (more: Partial<KnownGoodInput>): KnownGoodInput => ({
  ...{ service: "checkout", deploys: [], flagChanges: [], flagsNow: [], merges: [] },
  ...{ repository: null, harms: [], restorations: [], signal: null, now: NOW, ...more },
});
const revisions = (more: Partial<KnownGoodInput>) =>
  findKnownGood(input(more)).good.map(({ deployments }) =>
    deployments.map(({ revision }) => revision).join("+"),
  );

describe("a state is good", () => {
  test("when it was live for an hour, and not before", () => {
    expect(revisions({ deploys: [deploy(22, 900), deploy(23, 61)] })).toEqual(["23", "22"]);
    expect(revisions({ deploys: [deploy(22, 900), deploy(23, 59)] })).toEqual(["22"]);
    const none = findKnownGood(input({ deploys: [deploy(23, 30)] }));
    expect(none.good).toEqual([]);
    expect(none.sentence).toContain("checkout 23 was live and unhurt for 30 min only");
    expect(findKnownGood(input({})).sentence).toContain("No deploy");
  });

  test("says what it was, since when, until when and how that is known", () => {
    const merge = (id: string, paths: string[]): Change => ({
      ...deploy(1, 1),
      ...{ id, kind: "merge" },
      details: {
        ...DETAILS.merge(1),
        files: paths.map((path) => ({ path, status: "added", additions: 1, deletions: 0 })),
      } as Change["details"],
    });
    const { good } = findKnownGood(
      input({
        deploys: [deploy(22, 900, { carries: ["m1"] }), deploy(23, 30, { carries: ["m2"] })],
        merges: [merge("m1", ["migrations/1.sql", "src/a.ts"]), merge("m2", ["migrations/2.sql"])],
        repository: { migrations: ["migrations/"] },
        flagChanges: [flag("on", 20)],
      }),
    );
    expect(good[0]).toMatchObject({
      ...{ liveAt: isoAgo(900), verifiedAt: isoAgo(30), verifiedBy: "no incident for 14 h 30 min" },
      ...{ migrationHead: "migrations/1.sql", flags: [{ key: "new-basket" }] },
    });
    expect(good[0]?.flags[0]?.state.enabled).toBe(false);
  });

  test("unless its rollout was never complete", () => {
    const stuck = { rollout: "superseded" };
    expect(revisions({ deploys: [deploy(22, 900), deploy(23, 300, stuck)] })).toEqual(["22"]);
    expect(
      revisions({ deploys: [deploy(22, 900), deploy(23, 300, { rollout: "rolling" })] }),
    ).toEqual(["23", "22"]);
  });

  test("of several Deployments only when all are known, each state with all of them", () => {
    const other = deploy(7, 200);
    const worker: Change = {
      ...other,
      id: "w7",
      details: { ...other.details, deployment: "worker" } as Change["details"],
    };
    expect(revisions({ deploys: [deploy(22, 900), worker, deploy(23, 100)] })).toEqual([
      "23+7",
      "22+7",
    ]);
  });
});

describe("harm", () => {
  const deploys = [deploy(22, 900), deploy(23, 600), deploy(24, 62)];

  test("that goes on speaks against what is live", () => {
    expect(revisions({ deploys, harms: [{ id: "INC-1", from: ago(60), to: null }] })).toEqual([
      "23",
      "22",
    ]);
    const early = [{ id: "INC-1", from: ago(62.5), to: null }];
    expect(revisions({ deploys, harms: early })[0]).toBe("23");
    const before = [{ id: "INC-1", from: ago(70), to: null }];
    expect(revisions({ deploys, harms: before })).toEqual(["22"]);
  });

  test("that a state outlived by an hour was something else's", () => {
    const long = [deploy(22, 900), deploy(23, 600)];
    expect(revisions({ deploys: long, harms: [{ id: "I", from: ago(300), to: ago(61) }] })[0]).toBe(
      "23",
    );
    expect(revisions({ deploys: long, harms: [{ id: "I", from: ago(300), to: ago(50) }] })[0]).toBe(
      "22",
    );
  });

  test("of a flag leaves the state in front of the flag", () => {
    const { good } = findKnownGood(
      input({
        ...{ deploys: [deploy(22, 900), deploy(23, 600)], flagChanges: [flag("on", 30)] },
        harms: [{ id: "INC-1", from: ago(29), to: null }],
      }),
    );
    expect(good[0]?.deployments[0]?.revision).toBe(23);
    expect(good[0]?.flags[0]?.state.enabled).toBe(false);
    expect(good[0]?.verifiedAt).toBe(isoAgo(30));
  });

  test("that only the signal shows counts too, and a good signal is said", () => {
    const signal = (isBad: (minutes: number) => boolean): KnownGoodInput["signal"] => ({
      ...{ service: "checkout", threshold: 0.02, harmWhen: "above", title: "Failed requests" },
      limit: "under 2 %",
      points: Array.from({ length: 200 }, (_, index) => [
        ago(1_000 - index * 5),
        isBad(1_000 - index * 5) ? 0.2 : 0.001,
      ]),
    });
    const two = [deploy(22, 900), deploy(23, 600)];
    expect(revisions({ deploys: two, signal: signal((minutes) => minutes < 500) })).toEqual(["22"]);
    const { good } = findKnownGood(input({ deploys: two, signal: signal(() => false) }));
    expect(good[0]?.verifiedBy).toBe("Failed requests under 2 % for 10 h");
  });
});

describe("what was taken back", () => {
  const returned = { restorationId: "R-1", template: "h23" };
  const deploys = [deploy(23, 900), deploy(24, 100), deploy(25, 41, returned)];
  const harms = [{ id: "INC-1", from: ago(98), to: ago(40) }];

  test("is a culprit; what a verified Restoration led to is good at once", () => {
    const found = findKnownGood(input({ deploys, harms, restorations: [rolledBack()] }));
    expect(found.good.map(({ deployments }) => deployments[0]?.changeId)).toEqual(["d25", "d23"]);
    expect(found.good[0]).toMatchObject({ verifiedBy: "R-1 was verified", verifiedAt: isoAgo(37) });
    expect(found.culprits).toMatchObject([{ templateHash: "h24", restorationId: "R-1" }]);
  });

  test("is no good however long it was live, also brought back under another number", () => {
    const again = deploy(26, 30, { template: "h24" });
    const old = [deploy(23, 9_000), deploy(24, 5_000), deploy(25, 41, returned), again];
    const found = findKnownGood(input({ deploys: old, restorations: [rolledBack()] }));
    expect(found.good.map(({ deployments }) => deployments[0]?.changeId)).toEqual(["d25", "d23"]);
  });

  test("is good again after a day", () => {
    const at = { inEffectAt: ago(3_000), verifiedAt: ago(2_990) };
    const back = (minutes: number) => [
      ...[deploy(23, 9_000), deploy(24, 5_000), deploy(25, 3_001, returned)],
      deploy(26, minutes, { template: "h24" }),
    ];
    const restorations = [rolledBack(at)];
    expect(findKnownGood(input({ deploys: back(1_441), restorations })).culprits).toEqual([]);
    expect(findKnownGood(input({ deploys: back(1_400), restorations })).culprits).toHaveLength(1);
  });

  test("by a flag was the flag: the version stays good, the flag's state doesn't", () => {
    const restorations = [
      rolledBack({ target: TURN_OFF, suspectId: "d23", fromHash: null, verifiedAt: ago(25) }),
    ];
    const found = findKnownGood(
      input({
        ...{ deploys: [deploy(22, 900), deploy(23, 600)], restorations },
        flagChanges: [flag("on", 500), flag("off", 40, "R-1")],
        harms: [{ id: "INC-1", from: ago(60), to: ago(38) }],
      }),
    );
    expect(found.culprits).toEqual([]);
    expect(found.good[0]?.deployments[0]?.revision).toBe(23);
    expect(found.good[0]?.flags[0]?.state.enabled).toBe(false);
  });

  test("with a merge takes every version that carried it", () => {
    const target = {
      ...{ lever: "revert" as const, source: "cluster" },
      repository: "acme/shop",
      number: 7,
    };
    const merge: Change = { ...deploy(1, 1), id: "m7", kind: "merge", details: DETAILS.merge(7) };
    const found = findKnownGood(
      input({
        deploys: [deploy(23, 900), deploy(24, 300, { carries: ["m7"] })],
        ...{
          merges: [merge],
          restorations: [rolledBack({ target, suspectId: "m7", fromHash: null })],
        },
      }),
    );
    expect(found.culprits).toMatchObject([{ templateHash: "h24" }]);
  });

  test("with a merge leaves the version good that brought it together with its revert", () => {
    const target = { lever: "revert" as const, source: "cluster", repository: "acme/shop" };
    const merge = (number: number, revertOf: number | null = null): Change => ({
      ...deploy(1, 1),
      ...{ id: `m${number}`, kind: "merge", details: DETAILS.merge(number, revertOf) },
    });
    const reverted = (carries: string[]) =>
      input({
        // Rolled back first, so that the next delivery carries what was reverted as well.
        deploys: [
          deploy(23, 900),
          deploy(24, 300, { carries: ["m7"] }),
          deploy(25, 60, { template: "h23" }),
          deploy(26, 30, { carries }),
        ],
        merges: [merge(7), merge(8, 7), merge(9, 8)],
        restorations: [
          rolledBack({ inEffectAt: ago(60), verifiedAt: ago(57) }),
          {
            ...{ id: "R-2", target: { ...target, number: 7 }, suspectId: "d24", fromHash: null },
            ...{ inEffectAt: ago(30), verifiedAt: ago(27) },
          },
        ],
      });
    const cured = findKnownGood(reverted(["m7", "m8"]));
    expect(cured.culprits).toMatchObject([{ templateHash: "h24" }]);
    expect(cured.good[0]).toMatchObject({
      deployments: [{ revision: 26 }],
      verifiedBy: "R-2 was verified",
    });
    // Landed once more, it is there again.
    const landed = findKnownGood(reverted(["m7", "m8", "m9"]));
    expect(landed.culprits.map(({ templateHash }) => templateHash).sort()).toEqual(["h24", "h26"]);
  });
});

test("a long history is judged at once, in whatever order it comes", () => {
  const deploys = Array.from({ length: 100 }, (_, index) => deploy(index + 1, 10_000 - index * 90));
  const flagChanges = Array.from({ length: 300 }, (_, index) =>
    flag(index % 2 ? "on" : "off", 9_000 - index * 29),
  );
  const harms = Array.from({ length: 100 }, (_, index) => ({
    ...{ id: `I${index}`, from: ago(10_000 - index * 90), to: ago(9_990 - index * 90) },
  }));
  const began = performance.now();
  const found = findKnownGood(input({ deploys, flagChanges, harms }));
  expect(performance.now() - began).toBeLessThan(500);
  const turned = {
    ...{ deploys: deploys.toReversed(), flagChanges: flagChanges.toReversed() },
    harms: harms.toReversed(),
  };
  expect(findKnownGood(input(turned))).toEqual(found);
});
