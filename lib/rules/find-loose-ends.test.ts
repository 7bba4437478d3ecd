import { expect, it } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { Restoration } from "@/lib/contracts/restoration";
import { DETAILS, ROLLBACK, TURN_OFF } from "@/lib/server/test-incident";
import { at, changed, pulled, REVERT } from "@/lib/server/test-loose-ends";
import { findLooseEnds, watchedSubjects } from "./find-loose-ends";
import { NOTHING_ELSE } from "./find-loose-ends/facts";

const closedBy = (restorations: Restoration[], changes: Change[] = []) =>
  findLooseEnds({ ...NOTHING_ELSE, incidentId: "INC-1", restorations, changes }).map(
    ({ kind, closedAt, closedBy: by }) => [kind, closedAt, by],
  );

it("leaves a flag off until it is on again, put back, or gone", () => {
  const off = pulled(TURN_OFF);
  expect(closedBy([off])).toEqual([["flag-left-off", null, null]]);
  expect(closedBy([off], [changed(DETAILS.flag("off"), 9, "flags")])[0]?.[1]).toBeNull();
  expect(closedBy([off], [changed(DETAILS.flag("on"), 1, "flags")])[0]?.[1]).toBeNull();
  expect(closedBy([off], [changed(DETAILS.flag("on"), 9, "other")])[0]?.[1]).toBeNull();
  expect(
    closedBy(
      [off],
      [changed(DETAILS.flag("on"), 12, "flags"), changed(DETAILS.flag("on"), 9, "flags")],
    ),
  ).toEqual([["flag-left-off", at(9), "change at 9"]]);
  expect(closedBy([off], [changed(DETAILS.flag("archived"), 9, "flags")])[0]?.[1]).toBe(at(9));
  const back = pulled(TURN_OFF, {
    id: "R-2",
    putBackOf: "R-1",
    label: "Put back",
    inEffectAt: at(8),
  });
  expect(closedBy([back, { ...off, putBackBy: "R-2" }])).toEqual([
    ["flag-left-off", at(8), "R-2: Put back"],
  ]);
});

it("turning a flag on leaves nothing off", () => {
  expect(closedBy([pulled({ ...TURN_OFF, to: { state: "on" } })])).toEqual([]);
});

it("leaves an older version until a new one is live: a second rollback is none", () => {
  const back = pulled(ROLLBACK);
  const live = (minutes: number, more = {}) =>
    changed(DETAILS.deploy(26, more), minutes, "cluster");
  expect(closedBy([back], [live(3, { restorationId: "R-1" })])[0]?.[1]).toBeNull();
  expect(closedBy([back], [live(3, { returnsTo: 22 })])[0]?.[1]).toBeNull();
  expect(closedBy([back], [live(9)])).toEqual([["older-version", at(9), "change at 9"]]);
});

it("a revert is loose until it is merged", () => {
  const open = pulled(REVERT, { state: "accepted", inEffectAt: null, endedAt: null });
  expect(closedBy([open])).toEqual([["revert-unmerged", null, null]]);
  const merged = changed(DETAILS.merge(13, 12), 20, "code");
  expect(closedBy([open], [merged])).toEqual([["revert-unmerged", at(20), "change at 20"]]);
  expect(closedBy([pulled(REVERT)])).toEqual([]);
});

it("what failed after it took effect is loose too; what was never done is not", () => {
  const failure = { code: "signal-stayed-bad", sentence: "It stayed bad." };
  expect(closedBy([pulled(ROLLBACK, { state: "failed", failure })])).toHaveLength(1);
  expect(
    closedBy([pulled(ROLLBACK, { state: "failed", acceptedAt: null, inEffectAt: null })]),
  ).toEqual([]);
  const undone = { code: "superseded", sentence: "Undone while its signal was watched." };
  expect(closedBy([pulled(ROLLBACK, { state: "failed", failure: undone })])).toEqual([
    ["older-version", at(5), undone.sentence],
  ]);
});

it("watches what was acted on, where the ledger keeps it", () => {
  expect(watchedSubjects([pulled(TURN_OFF), pulled(ROLLBACK), pulled(REVERT)])).toEqual([
    { source: "flags", subject: "default/production/new-basket", after: at(2) },
    { source: "cluster", subject: "shop/checkout", after: at(2) },
  ]);
  expect(watchedSubjects([pulled(ROLLBACK, { acceptedAt: null, inEffectAt: null })])).toEqual([]);
});
