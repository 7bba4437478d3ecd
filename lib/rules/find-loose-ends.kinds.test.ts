import { expect, it } from "vitest";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Restoration } from "@/lib/contracts/restoration";
import { DETAILS, ROLLBACK } from "@/lib/server/test-incident";
import { aFreeze, at, changed, pulled, REVERT } from "@/lib/server/test-loose-ends";
import { blocking, findLooseEnds, looseEndOfRetro } from "./find-loose-ends";
import { type LooseEndFacts, NOTHING_ELSE, type PausedOwner } from "./find-loose-ends/facts";

function ends(facts: Partial<LooseEndFacts>) {
  const now = Date.parse(at(30));
  const nothing = { ...NOTHING_ELSE, now, incidentId: "INC-1", restorations: [], changes: [] };
  return findLooseEnds({ ...nothing, ...facts });
}

const one = (facts: Partial<LooseEndFacts>, kind: string) =>
  ends(facts).find((end) => end.kind === kind);

const CULPRIT = { target: REVERT, suspectId: "deploy-24", isReverted: false };
const LEFT = { restorationId: "R-1", fromRevision: 24, culprits: [CULPRIT], schemaAhead: null };

function paused(
  more: Partial<PausedOwner["hold"]> = {},
  dropped: string | null = null,
): PausedOwner {
  return {
    hold: { id: "H-31", state: "held", sentence: "It rests.", at: at(2), ...more },
    title: "Argo CD application checkout",
    undoesWithinSeconds: 5,
    claims: [
      { restorationId: "R-1", droppedAt: dropped, droppedBy: dropped === null ? null : "Bob" },
    ],
  };
}

it("a paused owner is open until it is resumed, with the revert beside it", () => {
  const facts = { restorations: [pulled(ROLLBACK)], paused: [paused()], rollbacks: [LEFT] };
  expect(one(facts, "paused-owner")).toMatchObject({
    key: "paused-owner:H-31",
    restorationId: "R-1",
    closedAt: null,
    blocksResolving: true,
    actions: [
      {
        kind: "resume",
        holdId: "H-31",
        warning:
          "Unless git was changed since, it puts revision 24’s version back in about 5 s. Revert #12 first.",
      },
      { kind: "revert", target: REVERT, suspectId: "deploy-24" },
    ],
  });
  const other = { ...CULPRIT, target: { ...REVERT, number: 11 } };
  const half = [{ ...LEFT, culprits: [{ ...CULPRIT, isReverted: true }, other] }];
  expect(one({ ...facts, rollbacks: half }, "paused-owner")?.actions[0]).toMatchObject({
    warning: "It delivers what git says by now: #12 is reverted there, #11 is not.",
  });
  const reverted = [{ ...LEFT, culprits: [{ ...CULPRIT, isReverted: true }] }];
  expect(one({ ...facts, rollbacks: reverted }, "paused-owner")?.actions).toEqual([
    { kind: "resume", holdId: "H-31", warning: null },
  ]);
});

it("a paused owner is closed by hand, by putting back, and by whoever turned it on", () => {
  const back = pulled(ROLLBACK, { id: "R-2", putBackOf: "R-1", label: "Back", inEffectAt: at(8) });
  const closed = (owner: PausedOwner, restorations: Restoration[] = [pulled(ROLLBACK)]) => {
    const end = one({ restorations, paused: [owner] }, "paused-owner");
    return [end?.closedAt, end?.closedBy];
  };
  expect(closed(paused({ state: "held" }, at(7)))).toEqual([at(7), "Bob"]);
  expect(closed(paused({ state: "releasing" }, at(7)))).toEqual([null, null]);
  expect(closed(paused({ state: "released", at: at(9) }, at(7)))).toEqual([at(9), "Bob"]);
  const lost = { state: "lost" as const, at: at(9), sentence: "Turned on by bob-ui." };
  expect(closed(paused(lost))).toEqual([at(9), "Turned on by bob-ui."]);
  const putBack = [pulled(ROLLBACK, { putBackBy: "R-2" }), back];
  expect(closed(paused(), putBack)).toEqual([at(8), "R-2: Back"]);
  expect(
    one(
      { restorations: [pulled(ROLLBACK, { acceptedAt: null })], paused: [paused()] },
      "paused-owner",
    ),
  ).toBeUndefined();
});

it("a paused owner is open while the rollback that paused it has no answer", () => {
  const lost = (state: Restoration["state"], failure: Restoration["failure"] = null) =>
    pulled(ROLLBACK, { state, failure, acceptedAt: null, inEffectAt: null });
  const facts = { paused: [paused()], rollbacks: [LEFT] };
  for (const state of ["asked", "unknown"] as const) {
    expect(ends({ ...facts, restorations: [lost(state)] })).toMatchObject([
      {
        key: "paused-owner:H-31",
        sentence:
          "Argo CD application checkout is paused for R-1, which has no answer yet: it delivers nothing until it is resumed.",
        closedAt: null,
        blocksResolving: true,
        actions: [{ kind: "resume", warning: expect.stringMatching(/in about 5 s/) }],
      },
    ]);
  }
  const restorations = [lost("unknown")];
  const asked = { paused: [paused({ state: "asked" })], restorations };
  expect(one(asked, "paused-owner")?.sentence).toMatch(/checkout may be paused for R-1/);
  expect(ends({ paused: [paused({ state: "not-held" })], restorations })).toEqual([]);
  const failed = lost("failed", { code: "not-done", sentence: "Not done." });
  expect(ends({ ...facts, restorations: [failed] })).toEqual([]);
});

it("a revert that is under way is looked at, not opened again", () => {
  const revert = pulled(REVERT, {
    id: "R-2",
    state: "accepted",
    inEffectAt: null,
    url: "https://x/15",
  });
  const restorations = [pulled(ROLLBACK), revert];
  expect(one({ restorations, rollbacks: [LEFT] }, "older-version")?.actions).toEqual([
    { kind: "look", title: "Look at R-2, which reverts #12", url: "https://x/15" },
    { kind: "put-back", restorationId: "R-1" },
  ]);
});

it("a schema is ahead until a delivery, or until all of it was migrated down", () => {
  const schemaAhead = { version: "Checkout 23", paths: ["db/1_a.sql", "db/2_b.sql"] };
  const facts = { restorations: [pulled(ROLLBACK)], rollbacks: [{ ...LEFT, schemaAhead }] };
  const end = one(facts, "schema-ahead");
  expect(end?.sentence).toBe(
    "The database is 2 migrations ahead of Checkout 23: db/1_a.sql, db/2_b.sql.",
  );
  expect(end?.closedAt).toBeNull();
  const down = (path: string, minutes: number) => ({ paths: [path], by: "Bob", at: at(minutes) });
  const first = [down("db/2_b.sql", 7)];
  expect(one({ ...facts, migratedDown: first }, "schema-ahead")?.closedAt).toBeNull();
  const both = [down("db/1_a.sql", 9), ...first];
  expect(one({ ...facts, migratedDown: both }, "schema-ahead")).toMatchObject({
    closedAt: at(9),
    closedBy: "Bob, who migrated down",
  });
  const delivered = { ...facts, changes: [changed(DETAILS.deploy(26), 8, "cluster")] };
  expect(one(delivered, "schema-ahead")?.closedAt).toBe(at(8));
});

it("what was undone is no longer left", () => {
  const undone = { at: at(6), by: "argocd-controller", sentence: "Undone.", changeId: null };
  expect(one({ restorations: [pulled(ROLLBACK, { undone })] }, "older-version")).toMatchObject({
    closedAt: at(6),
    closedBy: "Undone.",
  });
});

it("a freeze blocks nothing, since resolving thaws it; what was let through does until it is waived", () => {
  const allowed: Freeze["allowed"] = [
    { kind: "commit", value: "abc1234", why: "override", reason: "the fix", by: "Ada", at: at(5) },
    { kind: "pull", value: "acme/shop#15", why: "cure", reason: "", by: "Ada", at: at(5) },
  ];
  const freezes = [aFreeze({ allowed })];
  const found = ends({ freezes });
  expect(found.map(({ key, blocksResolving }) => [key, blocksResolving])).toEqual([
    ["freeze:F-1", false],
    ["override-used:F-1:commit:abc1234", true],
  ]);
  expect(blocking(found).map(({ kind }) => kind)).toEqual(["override-used"]);
  const waiver = {
    key: "override-used:F-1:commit:abc1234",
    by: "Ada",
    at: at(9),
    reason: "looked at",
  };
  const waived = ends({ freezes, waivers: [waiver] });
  expect(blocking(waived)).toEqual([]);
  expect(waived[1] && looseEndOfRetro(waived[1])).toMatchObject({
    closedAt: null,
    isWaived: true,
    sentence: expect.stringMatching(/because: the fix\. Ada waived it: looked at$/),
  });
  expect(ends({ freezes: [aFreeze({ thawedAt: at(7), thawedBy: "Bob" })] })[0]).toMatchObject({
    closedAt: at(7),
    closedBy: "Bob",
  });
  expect(ends({ freezes: [aFreeze({ until: at(20) })] })[0]).toMatchObject({
    closedAt: at(20),
    closedBy: "its expiry",
  });
});

it("a lever pulled over a blocker is looked at, whatever became of what it did", () => {
  const overridden = [{ restorationId: "R-1", sentence: "It can’t run.", reason: "tried before" }];
  const restorations = [pulled(ROLLBACK, { putBackBy: "R-2" })];
  expect(one({ restorations, overridden }, "override-used")).toMatchObject({
    key: "override-used:R-1",
    sentence: "Ada pulled R-1 although “It can’t run.” because: tried before",
    actions: [],
  });
});
