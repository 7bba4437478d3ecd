import { describe, expect, test } from "vitest";
import type { SignalSpec } from "@/lib/contracts/service";
import type { SignalPoint } from "@/lib/contracts/signal";
import { type SignalLook, whyCalm } from "./why-calm";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const STEP = 15_000;
const MINUTE = 60_000;

const SPEC: SignalSpec = {
  ...{ source: "signals", title: "Failed requests", query: "q", unit: "ratio" },
  ...{ threshold: 0.02, harmWhen: "above", verifyForSeconds: 180 },
};

/** Half an hour of points; `valueAt` is told how many milliseconds ago each is. */
function look(
  valueAt: (agoMs: number) => number | null,
  more: Partial<SignalSpec> = {},
): SignalLook {
  const points: SignalPoint[] = [];
  for (let ago = 30 * MINUTE; ago >= 0; ago -= STEP) points.push([NOW - ago, valueAt(ago)]);
  return { title: "Checkout", spec: { ...SPEC, ...more }, points };
}

const began = (minutesAgo: number) => ({ harmBeganAt: NOW - minutesAgo * MINUTE, now: NOW });
const fine = look(() => 0.004);

describe("nothing to restore", () => {
  test("a signal that has been good ever since harm is said to have begun", () => {
    for (const minutes of [0, 1, 10]) {
      expect(whyCalm([fine], began(minutes))).toContain(
        "The signal of Checkout (Failed requests) is below its threshold: nothing to restore yet.",
      );
    }
    const below = look(() => 0.9, { harmWhen: "below", threshold: 0.5 });
    expect(whyCalm([below], began(5))).toContain("is above its threshold");
    expect(whyCalm([fine, fine], began(5))).toContain("Checkout and Checkout are within");
  });

  test("harm that is over is told as over", () => {
    const over = look((ago) => (ago > 4 * MINUTE ? 0.3 : 0.004));
    expect(whyCalm([over], began(10))).toContain("again, for 4 min: nothing to restore now.");
    expect(whyCalm([fine, over], began(10))).toContain("again, for 4 min");
  });
});

describe("somebody may be hurt", () => {
  const cases: [string, SignalLook[]][] = [
    ["a bad signal", [look((ago) => (ago < 5 * MINUTE ? 0.3 : 0.004))]],
    ["one of two bad", [fine, look(() => 0.3)]],
    ["a signal that turns bad just now", [look((ago) => (ago === 0 ? 0.3 : 0.004))]],
    ["one that turned good too lately", [look((ago) => (ago > 2 * MINUTE ? 0.3 : 0.004))]],
    ["one that comes and goes", [look((ago) => ((ago / STEP) % 5 === 3 ? 0.3 : 0.004))]],
    ["a silent one", [look((ago) => (ago < 5 * MINUTE ? null : 0.004))]],
    ["one without points", [{ ...fine, points: [] }]],
    ["one of two silent", [fine, { ...fine, points: [] }]],
    ["one with a hole in its good time", [look((ago) => (ago === 2 * MINUTE ? null : 0.004))]],
    ["none at all", []],
  ];
  test.each(cases)("%s", (_, looks) => {
    expect(whyCalm(looks, began(10))).toBeNull();
  });
});
