import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlagState, FlagStrategy } from "@/lib/contracts/flag-state";
import { flagFingerprint } from "./flag-fingerprint";
import { planRetoggle, type RetoggleStep } from "./plan-retoggle";
import { withSegments } from "./unleash-wire";

const COUNTRIES = ["NL", "DE", "FR"];
const SEGMENT = { id: 1, name: "eu", constraints: [rule(["NL"])] };

function rule(values: string[]) {
  return { contextName: "country", operator: "IN", values };
}

function strategy(id: string, rollout: number, more: Partial<FlagStrategy> = {}): FlagStrategy {
  return {
    id,
    name: "flexibleRollout",
    disabled: false,
    parameters: { rollout: String(rollout), stickiness: "default", groupId: "f" },
    constraints: [],
    segments: [],
    variants: [],
    ...more,
  };
}

function plan(live: FlagState, target: FlagState) {
  const segments = [{ segment: live.segments?.[0] ?? SEGMENT, description: null, project: null }];
  const sortOrders = new Map(live.strategies.map(({ id }, index) => [id, index]));
  const defaultStrategy = strategy("", 100);
  const ground = { key: "f", live, sortOrders, segments, defaultStrategy };
  return planRetoggle(ground, { to: "state", state: target });
}

/** Unleash in a few lines: what each mutation makes of a state, its side effects included. */
function made(state: FlagState, step: RetoggleStep, index: number): FlagState {
  const activeOrOff = (strategies: FlagStrategy[]) => ({
    ...state,
    strategies,
    enabled: state.enabled && strategies.some(({ disabled }) => !disabled),
  });
  switch (step.does) {
    case "off":
    case "on":
      return { ...state, enabled: step.does === "on" };
    case "update":
      return activeOrOff(
        state.strategies.map((one) => (one.id === step.strategy.id ? step.strategy : one)),
      );
    case "create":
      return {
        ...state,
        strategies: [...state.strategies, { ...step.strategy, id: `new-${index}` }],
      };
    case "remove":
      return activeOrOff(state.strategies.filter(({ id }) => id !== step.id));
    case "variants":
      return { ...state, variants: step.variants };
    case "segment":
      return { ...state, segments: [step.segment.segment] };
    case "order": {
      const place = new Map(step.places.map(({ id, sortOrder }) => [id, sortOrder]));
      return {
        ...state,
        strategies: state.strategies
          .map((one, at) => ({ one, at: place.get(one.id) ?? at }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one),
      };
    }
    default:
      return step satisfies never;
  }
}

/** Who gets the feature: ten buckets of the rollout in three countries. */
function reached(state: FlagState): Set<string> {
  if (!state.enabled) return new Set();
  const fits = (rules: Record<string, unknown>[], country: string) =>
    rules.every(({ values }) => Array.isArray(values) && values.includes(country));
  return new Set(
    COUNTRIES.flatMap((country) =>
      Array.from({ length: 10 }, (_, bucket) => bucket).flatMap((bucket) =>
        state.strategies.some(
          ({ disabled, parameters, constraints, segments }) =>
            !disabled &&
            bucket * 10 < Number(parameters.rollout) &&
            fits(constraints, country) &&
            (segments.length === 0 || fits(state.segments?.[0]?.constraints ?? [], country)),
        )
          ? [`${country}${bucket}`]
          : [],
      ),
    ),
  );
}

const strategies = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom("a", "b", "c", "d"),
      rollout: fc.integer({ min: 0, max: 10 }),
      countries: fc.option(fc.subarray(COUNTRIES, { minLength: 1 }), { nil: null }),
      disabled: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ id, rollout, countries, disabled }) =>
      strategy(id, rollout * 10, { disabled, constraints: countries ? [rule(countries)] : [] }),
    ),
  );
const state = fc
  .record({ enabled: fc.boolean(), strategies, variants: fc.constant<FlagState["variants"]>([]) })
  .map((one): FlagState => {
    const isActive = one.strategies.some(({ disabled }) => !disabled);
    return { ...one, enabled: one.enabled && isActive };
  });

describe("the way from one state to another", () => {
  test("arrives, and lets nobody in on the way who isn't at either end", () => {
    fc.assert(
      fc.property(state, state, (live, target) => {
        const { steps, after, blocker } = plan(live, target);
        expect(blocker).toBeNull();
        const allowed = new Set([...reached(live), ...reached(target)]);
        let now = live;
        for (const [index, step] of steps.entries()) {
          if (step.does === "on")
            expect(now.strategies.some(({ disabled }) => !disabled)).toBe(true);
          now = made(now, step, index);
          for (const customer of reached(now)) expect(allowed.has(customer)).toBe(true);
          if (live.enabled && target.enabled) expect(now.enabled).toBe(true);
        }
        expect(flagFingerprint(now)).toBe(flagFingerprint(target));
        expect(flagFingerprint(after)).toBe(flagFingerprint(target));
      }),
      { numRuns: 500 },
    );
  });

  test("makes no step towards where it is", () => {
    fc.assert(fc.property(state, (live) => plan(live, live).steps.length === 0));
  });

  test("changes shares and rules of a segment in the order that never reaches more", () => {
    const at = (rollout: number, countries: string[]): FlagState => ({
      enabled: true,
      strategies: [strategy("a", rollout, { segments: [1] })],
      variants: [],
      segments: [{ ...SEGMENT, constraints: [rule(countries)] }],
    });
    const ends: [FlagState, FlagState][] = [
      [at(100, ["NL"]), at(10, COUNTRIES)],
      [at(10, COUNTRIES), at(100, ["NL"])],
    ];
    for (const [live, target] of ends) {
      const allowed = new Set([...reached(live), ...reached(target)]);
      let now = live;
      for (const [index, step] of plan(live, target).steps.entries()) {
        now = made(now, step, index);
        expect([...reached(now)].every((customer) => allowed.has(customer))).toBe(true);
      }
      expect(flagFingerprint(now)).toBe(flagFingerprint(target));
    }
  });

  test("puts strategies with variants back in order", () => {
    const variants = [{ name: "a", weight: 1_000 }];
    const [a, b] = [strategy("a", 50, { variants }), strategy("b", 50)];
    const base = { enabled: true, variants: [] };
    const target = { ...base, strategies: [a, b] };
    const live = { ...base, strategies: [b, a] };
    const { steps } = plan(live, target);
    expect(steps.map(({ does }) => does)).toEqual(["order"]);
    const now = steps.reduce(made, live);
    expect(flagFingerprint(now)).toBe(flagFingerprint(target));
    // Without variants the order doesn't show.
    const plain = { ...base, strategies: [strategy("a", 50), b] };
    expect(plan({ ...base, strategies: plain.strategies.toReversed() }, plain).steps).toEqual([]);
  });

  test("doesn't start what can't be finished", () => {
    const live = { enabled: false, strategies: [], variants: [] };
    const bare = { ...live, enabled: true };
    expect(plan(live, bare)).toMatchObject({ steps: [], blocker: { code: "no-active-strategy" } });
    const lost = { ...live, strategies: [strategy("a", 10, { segments: [7] })] };
    expect(plan(live, lost)).toMatchObject({ steps: [], blocker: { code: "segment-gone" } });
  });

  test("leaves rules of segments alone where the wanted state doesn't know them", () => {
    const strategies = [strategy("a", 10, { segments: [1] })];
    const live = withSegments({ enabled: true, strategies, variants: [] }, [SEGMENT]);
    const target = { enabled: false, strategies, variants: [] };
    expect(plan(live, target).steps).toEqual([{ does: "off" }]);
  });
});

describe("a fingerprint", () => {
  test("doesn't depend on ids, the order of keys, or an order that doesn't show", () => {
    fc.assert(
      fc.property(state, (one) => {
        const other = {
          strategies: one.strategies
            .toReversed()
            .map(({ id, ...rest }) => ({ ...rest, id: `x${id}` })),
          variants: one.variants,
          enabled: one.enabled,
        };
        return flagFingerprint(one) === flagFingerprint(other);
      }),
    );
  });

  test("differs where the reach differs", () => {
    fc.assert(
      fc.property(state, state, (one, other) => {
        const isSame = [...reached(one)].join() === [...reached(other)].join();
        return isSame || flagFingerprint(one) !== flagFingerprint(other);
      }),
    );
  });
});
