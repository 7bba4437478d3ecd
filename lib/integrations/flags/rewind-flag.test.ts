import { describe, expect, test } from "vitest";
import { type FlagMoment, rewindFlag } from "./rewind-flag";
import { WireEvent, WireStrategy } from "./unleash-wire";

const STRATEGY = { id: "a", name: "default", parameters: {}, segments: [] };
const OFF: FlagMoment = { enabled: false, strategies: [], variants: [], segments: [] };
const LIVE: FlagMoment = { ...OFF, enabled: true, strategies: [WireStrategy.parse(STRATEGY)] };

function event(id: number, type: string, more: { data?: unknown; preData?: unknown } = {}) {
  const createdAt = "2026-11-22T10:00:00.000Z";
  const place = { featureName: "f", environment: "production" };
  return WireEvent.parse({ id, type, createdAt, ...place, data: null, preData: null, ...more });
}
const unknownSegments = () => null;
/** Newest first: what each event did, in short. */
const tell = (live: FlagMoment | null, ...events: WireEvent[]) =>
  rewindFlag(live, events, unknownSegments).map(({ action, before, after }) => [
    action,
    before && [before.enabled, before.strategies.length],
    after && [after.enabled, after.strategies.length],
  ]);

describe("walking back from the live state", () => {
  test("undoes one event after the other", () => {
    const events = [
      event(3, "feature-environment-enabled"),
      event(2, "feature-strategy-add", { data: STRATEGY }),
      event(1, "feature-created"),
    ];
    expect(tell(LIVE, ...events)).toEqual([
      ["on", [false, 1], [true, 1]],
      ["strategy", [false, 0], [false, 1]],
      ["created", null, [false, 0]],
    ]);
  });

  test("tells nothing it would have to guess once the events contradict the state", () => {
    const events = [
      event(2, "feature-environment-disabled"),
      event(1, "feature-environment-enabled"),
    ];
    expect(tell(LIVE, ...events)).toEqual([
      ["off", null, null],
      ["on", null, null],
    ]);
    const other = { ...STRATEGY, parameters: { rollout: "5" } };
    expect(tell(LIVE, event(1, "feature-strategy-add", { data: other }))).toEqual([
      ["strategy", null, null],
    ]);
  });

  test("stops at an event of a kind it doesn't know, and passes over harmless ones", () => {
    const on = event(1, "feature-environment-enabled");
    expect(tell(LIVE, event(2, "feature-tagged"), on)).toEqual([["on", [false, 1], [true, 1]]]);
    expect(tell(LIVE, event(2, "release-plan-added"), on)).toEqual([["on", null, null]]);
  });

  test("doesn't make up segments for a strategy that was removed", () => {
    const removed = event(2, "feature-strategy-remove", { preData: STRATEGY });
    expect(tell(OFF, removed)).toEqual([["strategy", null, null]]);
    const segments = [{ id: 7, name: "eu", constraints: [] }];
    const [told] = rewindFlag({ ...OFF, segments }, [removed], () => [7]);
    expect(told?.before).toMatchObject({ strategies: [{ id: "a", segments: [7] }], segments });
    // Nor rules for a segment that is gone as well.
    expect(rewindFlag(OFF, [removed], () => [7])[0]?.before).toBeNull();
  });

  test("tells of a flag that is gone that it changed, and no more", () => {
    expect(
      tell(null, event(2, "feature-archived"), event(1, "feature-environment-enabled")),
    ).toEqual([
      ["archived", null, null],
      ["on", null, null],
    ]);
  });

  test("puts strategies back in their order", () => {
    const strategies = ["a", "b"].map((id, sortOrder) =>
      WireStrategy.parse({ ...STRATEGY, id, sortOrder }),
    );
    const order = { data: { strategyIds: ["a", "b"] }, preData: { strategyIds: ["b", "a"] } };
    const [told] = rewindFlag(
      { ...LIVE, strategies },
      [event(1, "strategy-order-changed", order)],
      unknownSegments,
    );
    expect(told?.before?.strategies.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(told?.after?.strategies.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
