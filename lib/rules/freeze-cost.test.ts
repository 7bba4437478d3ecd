import { expect, it } from "vitest";
import type { HeldDelivery } from "@/lib/contracts/freeze";
import { freezeCost, type RevertOutlook } from "./freeze-cost";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 23, 12, 0);
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
const TEAMS: Record<string, string> = { checkout: "Payments", basket: "Shop", search: "Search" };
const teamOf = (service: string) => TEAMS[service] ?? null;
const REVERT: RevertOutlook = { usualMs: 11 * MINUTE, n: 4, state: "possible" };

function held(service: string | null, since: number, more: Partial<HeldDelivery> = {}) {
  const at = ago(since);
  const id = `${service}-${since}`;
  return {
    ...{ id, kind: "gate" as const, service, value: id, title: "", by: null, url: null },
    ...{ firstAt: at, lastAt: at, letThroughAt: null, ...more },
  };
}

function frozen(minutes: number, heldDeliveries: HeldDelivery[], more: object = {}) {
  const until = new Date(NOW + 20 * MINUTE).toISOString();
  return { createdAt: ago(minutes), until, thawedAt: null, heldDeliveries, ...more };
}

it("says how long, who waits, and what a revert takes", () => {
  const cost = freezeCost(
    frozen(42, [
      ...[1, 2, 3].map((since) => held("checkout", since)),
      ...[1, 2].map((since) => held("basket", since)),
      ...[1, 2].map((since) => held("search", since)),
      held("search", 40, { letThroughAt: ago(39) }),
    ]),
    teamOf,
    REVERT,
    NOW,
  );
  expect(cost).toEqual({
    sentence:
      "Frozen for 42 min, 7 deliveries of 3 teams wait. A revert usually takes 11 min here.",
    suggestsRevert: false,
  });
});

it("suggests the revert once teams have waited longer, taken together, than it takes", () => {
  const suggests = (each: number, outlook: RevertOutlook = REVERT) =>
    freezeCost(frozen(42, [held("checkout", each), held("basket", each)]), teamOf, outlook, NOW);
  expect(suggests(5)?.suggestsRevert).toBe(false);
  expect(suggests(6)?.suggestsRevert).toBe(true);
  expect(suggests(6)?.sentence).toMatch(/Reverting costs less than waiting for the fix/);
  expect(suggests(60, { ...REVERT, state: "under-way" })).toEqual({
    sentence:
      "Frozen for 42 min, 2 deliveries of 2 teams wait. A revert is under way; it usually takes 11 min here.",
    suggestsRevert: false,
  });
  expect(suggests(60, { ...REVERT, state: "none" })?.suggestsRevert).toBe(false);
});

it("a team's many deliveries wait once; nobody is told to revert before there was time to look", () => {
  const many = [6, 6, 6, 6].map((since, index) => held("checkout", since + index / 100));
  expect(freezeCost(frozen(42, many), teamOf, REVERT, NOW)?.suggestsRevert).toBe(false);
  const quick = { ...REVERT, usualMs: 1_000 };
  const few = [held("basket", 3)];
  expect(freezeCost(frozen(4, few), teamOf, quick, NOW)?.suggestsRevert).toBe(false);
  expect(freezeCost(frozen(6, few), teamOf, quick, NOW)?.suggestsRevert).toBe(true);
});

it("nothing waits, nobody knows whose it is, or it is over", () => {
  expect(freezeCost(frozen(42, []), teamOf, REVERT, NOW)).toEqual({
    sentence: "Frozen for 42 min; nothing waits.",
    suggestsRevert: false,
  });
  const prior = { ...REVERT, n: 0 };
  expect(freezeCost(frozen(42, [held(null, 2, { by: "ann" })]), teamOf, prior, NOW)?.sentence).toBe(
    "Frozen for 42 min, one delivery of one team waits. A revert is thought to take 11 min.",
  );
  expect(freezeCost(frozen(42, [], { thawedAt: ago(1) }), teamOf, REVERT, NOW)).toBeNull();
  expect(freezeCost(frozen(42, [], { until: ago(1) }), teamOf, REVERT, NOW)).toBeNull();
});
