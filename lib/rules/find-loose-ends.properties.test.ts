import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { HoldState } from "@/lib/contracts/hold";
import type { Restoration } from "@/lib/contracts/restoration";
import { DETAILS, ROLLBACK, TURN_OFF } from "@/lib/server/test-incident";
import { aFreeze, at, changed, pulled, REVERT } from "@/lib/server/test-loose-ends";
import { blocking, findLooseEnds } from "./find-loose-ends";
import { type LooseEndFacts, NOTHING_ELSE } from "./find-loose-ends/facts";

const minute = fc.integer({ min: 0, max: 60 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const id = fc.integer({ min: 1, max: 6 }).map((number) => `R-${number}`);

const restoration: fc.Arbitrary<Restoration> = fc
  .record({
    id,
    target: fc.constantFrom(ROLLBACK, TURN_OFF, REVERT),
    state: fc.constantFrom(
      "accepted" as const,
      "in-effect" as const,
      "verified" as const,
      "failed" as const,
    ),
    acceptedAt: maybe(minute),
    inEffectAt: maybe(minute),
    undoneAt: maybe(minute),
    putBackOf: maybe(id),
    putBackBy: maybe(id),
    code: maybe(fc.constantFrom("superseded", "closed", "signal-stayed-bad")),
  })
  .map(({ acceptedAt, inEffectAt, undoneAt, code, target, ...rest }) =>
    pulled(target, {
      ...rest,
      acceptedAt: acceptedAt === null ? null : at(acceptedAt),
      inEffectAt: inEffectAt === null ? null : at(inEffectAt),
      undone:
        undoneAt === null
          ? null
          : { at: at(undoneAt), by: null, sentence: "Undone.", changeId: null },
      failure: code === null ? null : { code, sentence: "It failed." },
    }),
  );

const change: fc.Arbitrary<Change> = fc
  .record({
    minutes: minute,
    what: fc.constantFrom(
      [DETAILS.deploy(26), "cluster"] as const,
      [DETAILS.deploy(27, { restorationId: "R-1" }), "cluster"] as const,
      [DETAILS.flag("on"), "flags"] as const,
      [DETAILS.flag("off"), "flags"] as const,
      [DETAILS.merge(13, 12), "code"] as const,
    ),
  })
  .map(({ minutes, what: [details, source] }) => changed(details, minutes, source));

const states: HoldState[] = ["asked", "held", "not-held", "lost", "releasing", "released"];
const paused = fc
  .record({
    number: fc.nat(3),
    state: fc.constantFrom(...states),
    restorationId: id,
    dropped: maybe(minute),
  })
  .map(({ number, state, restorationId, dropped }) => ({
    hold: { id: `H-${number}`, state, sentence: "It rests.", at: at(3) },
    ...{ title: "Argo CD application checkout", undoesWithinSeconds: 5 },
    claims: [
      {
        restorationId,
        droppedAt: dropped === null ? null : at(dropped),
        droppedBy: dropped === null ? null : "Bob",
      },
    ],
  }));

const distinct = <T>(one: fc.Arbitrary<T>, by: (value: T) => string) =>
  fc.uniqueArray(one, { maxLength: 5, selector: by });

const facts: fc.Arbitrary<LooseEndFacts> = fc.record({
  incidentId: fc.constant("INC-1"),
  restorations: distinct(restoration, (one) => one.id),
  changes: fc.array(change, { maxLength: 6 }),
  paused: distinct(paused, ({ hold }) => hold.id),
  freezes: fc.constantFrom([], [aFreeze()], [aFreeze({ thawedAt: at(9), thawedBy: "Bob" })]),
  rollbacks: id.map((restorationId) => [
    {
      ...{ restorationId, fromRevision: 24 },
      culprits: [{ target: REVERT, suspectId: null, isReverted: false }],
      schemaAhead: { version: "Checkout 23", paths: ["db/1.sql"] },
    },
  ]),
  overridden: id.map((restorationId) => [{ restorationId, sentence: "No.", reason: "because" }]),
  migratedDown: fc.constantFrom([], [{ paths: ["db/1.sql"], by: "Bob", at: at(20) }]),
  waivers: fc.constant(NOTHING_ELSE.waivers),
  now: minute.map((minutes) => Date.parse(at(minutes))),
});

const keysOf = (ends: { key: string }[]) => ends.map(({ key }) => key);
const open = (input: LooseEndFacts) =>
  findLooseEnds(input).filter(({ closedAt }) => closedAt === null);

test("each is told once, in the order in which they were opened, whatever the order of what is known", () => {
  fc.assert(
    fc.property(facts, (input) => {
      const ends = findLooseEnds(input);
      expect(new Set(keysOf(ends)).size).toBe(ends.length);
      const times = ends.map(({ openedAt }) => Date.parse(openedAt));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const turned = {
        ...input,
        restorations: input.restorations.toReversed(),
        changes: input.changes.toReversed(),
        paused: input.paused.toReversed(),
      };
      const stateOf = (one: LooseEndFacts) =>
        Object.fromEntries(findLooseEnds(one).map(({ key, closedAt }) => [key, closedAt]));
      expect(stateOf(turned)).toEqual(stateOf(input));
    }),
  );
});

test("a later Change closes and never opens", () => {
  fc.assert(
    fc.property(facts, change, (input, later) => {
      const after = keysOf(open({ ...input, changes: [...input.changes, later] }));
      expect(keysOf(open(input))).toEqual(expect.arrayContaining(after));
    }),
  );
});

test("what was never accepted leaves nothing, and every rollback that was leaves an older version", () => {
  fc.assert(
    fc.property(facts, (input) => {
      const ends = findLooseEnds(input);
      for (const { id: one, acceptedAt, putBackOf, target } of input.restorations) {
        const its = ends.filter(({ restorationId }) => restorationId === one);
        const own = its.filter(({ kind }) => kind !== "freeze");
        if (acceptedAt === null) expect(own).toEqual([]);
        const isLeft = acceptedAt !== null && putBackOf === null && target.lever === "rollback";
        expect(its.some(({ kind }) => kind === "older-version")).toBe(isLeft);
      }
    }),
  );
});

test("waiving all that blocks lets the incident be resolved, and closes nothing", () => {
  fc.assert(
    fc.property(facts, (input) => {
      const waivers = keysOf(blocking(findLooseEnds(input))).map((key) => ({
        ...{ key, by: "Ada", at: at(50), reason: "it is known" },
      }));
      const waived = { ...input, waivers };
      expect(blocking(findLooseEnds(waived))).toEqual([]);
      expect(keysOf(open(waived))).toEqual(keysOf(open(input)));
    }),
  );
});
