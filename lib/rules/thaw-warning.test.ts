import { expect, test } from "vitest";
import type { Freeze, HeldDelivery } from "@/lib/contracts/freeze";
import { thawWarning } from "./thaw-warning";

const NOW = new Date("2026-01-10T10:00:00.000Z");
const LATER = "2026-01-10T11:00:00.000Z";

function held(value: string, letThroughAt: string | null = null): HeldDelivery {
  const at = NOW.toISOString();
  return {
    ...{ id: `D-${value}`, kind: "pull", service: null, value, title: value, by: null, url: null },
    ...{ firstAt: at, lastAt: at, letThroughAt },
  };
}

function freeze(id: string, heldDeliveries: HeldDelivery[], more: Partial<Freeze> = {}): Freeze {
  return {
    ...{ id, services: ["checkout"], reason: "Restoring", by: "Ada", incidentId: null },
    ...{ restorationId: null, createdAt: NOW.toISOString(), until: LATER, renewedAt: null },
    ...{ renewals: 0, thawedAt: null, thawedBy: null, thawedBecause: null, holds: [] },
    ...{ allowed: [], heldDeliveries, heldCount: heldDeliveries.length, ...more },
  };
}

const say = (one: Freeze, ...others: Freeze[]) => thawWarning(one, [one, ...others], NOW);

test("what waits for one freeze alone goes on once it is thawed", () => {
  expect(say(freeze("F-1", []))).toBeNull();
  expect(say(freeze("F-1", [held("a", LATER)]))).toBeNull();
  expect(say(freeze("F-1", [held("a")]))).toBe("One delivery goes on at once.");
  expect(say(freeze("F-1", [held("a"), held("b")], { heldCount: 70 }))).toBe(
    "70 deliveries go on at once.",
  );
});

test("what another freeze holds as well stays, and which one is named", () => {
  const one = freeze("F-1", [held("a"), held("b"), held("c")]);
  const other = freeze("F-2", [held("a"), held("c", LATER)]);
  const third = freeze("F-3", [held("b"), held("a"), held("c")]);
  expect(say(one, other)).toBe("2 deliveries go on at once, one goes on waiting for F-2.");
  expect(say(one, other, third)).toBe("What waits for it goes on waiting for F-2 and F-3.");
});

test("a freeze that is over, or one that let it through, keeps nothing back", () => {
  const one = freeze("F-1", [held("a")]);
  const thawed = freeze("F-2", [held("a")], { thawedAt: NOW.toISOString() });
  const expired = freeze("F-3", [held("a")], { until: NOW.toISOString() });
  const through = freeze("F-4", [held("a", LATER)]);
  expect(say(one, thawed, expired, through)).toBe("One delivery goes on at once.");
});
