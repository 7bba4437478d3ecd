import type { FlagSegment, FlagState, FlagStrategy } from "@/lib/contracts/flag-state";
import type { Blocker } from "@/lib/contracts/lever";
import type { RetogglePlan } from "../flag-source";
import { flagFingerprint } from "./flag-fingerprint";
import { type WireSegment, withSegments } from "./unleash-wire";

/** One mutation of the Unleash API. */
export type RetoggleStep =
  | { does: "off" | "on" }
  | { does: "update"; strategy: FlagStrategy }
  | { does: "create"; strategy: FlagStrategy; sortOrder: number | null }
  | { does: "remove"; id: string }
  /** New places for strategies that stay. */
  | { does: "order"; places: { id: string; sortOrder: number }[] }
  | { does: "variants"; variants: FlagState["variants"] }
  | { does: "segment"; segment: WireSegment };

export type RetoggleSteps = {
  /** The state that a read shows once all steps were made. */
  after: FlagState;
  steps: RetoggleStep[];
  /** Why the state can't be brought about, if it can't; then there are no steps. */
  blocker: Blocker | null;
};

/** What is known about the flag at the moment of planning. */
export type RetoggleGround = {
  key: string;
  live: FlagState;
  /** Sort orders of the live strategies by id. */
  sortOrders: ReadonlyMap<string, number>;
  /** All segments, needed only for plans that name some. */
  segments: readonly WireSegment[];
  /** What turning on would create where no strategy is active. */
  defaultStrategy: FlagStrategy;
};

/**
 * The fewest mutations that lead from the live state to the planned one. In between, nobody gets the
 * feature who has it neither before nor after: going off comes first, going on last, strategies that
 * narrow before those that widen; and a strategy stays active throughout while the flag stays on,
 * since Unleash turns a flag off with its last active strategy.
 */
export function planRetoggle(ground: RetoggleGround, plan: RetogglePlan): RetoggleSteps {
  const { live } = ground;
  if (plan.to === "off") {
    const steps: RetoggleStep[] = live.enabled ? [{ does: "off" }] : [];
    return { after: { ...live, enabled: false }, steps, blocker: null };
  }
  if (plan.to === "on") {
    if (live.enabled) return { after: live, steps: [], blocker: null };
    const strategies = live.strategies.some(isActive)
      ? live.strategies
      : [...live.strategies, ground.defaultStrategy];
    const after = { ...live, strategies, enabled: true };
    return { after, steps: [{ does: "on" }], blocker: null };
  }
  return planState(ground, plan.state);
}

function planState(ground: RetoggleGround, target: FlagState): RetoggleSteps {
  const { live, segments } = ground;
  const strategies = target.strategies.map((strategy) => asStored(strategy, ground.key));
  const rulesWanted = new Map((target.segments ?? []).map((segment) => [segment.id, segment]));
  const rulesAfter = segments.map(({ segment }) => rulesWanted.get(segment.id) ?? segment);
  const after = withSegments({ ...target, strategies }, rulesAfter);
  if (flagFingerprint(after) === flagFingerprint(live)) {
    return { after, steps: [], blocker: null };
  }
  const impossible = blockerOf(after, segments);
  if (impossible) return { after, steps: [], blocker: impossible };

  const match = matchStrategies(live.strategies, strategies);
  const orderMatters = strategies.some((strategy) => strategy.variants.length > 0);
  const updates = match.flatMap(({ wanted, found }): FlagStrategy[] =>
    found === null || same(wanted, found) ? [] : [{ ...wanted, id: found.id }],
  );
  const active = updates.filter(isActive);
  const kept = new Set(match.flatMap(({ found }) => found?.id ?? []));
  const places = match.flatMap(({ found }, sortOrder) =>
    found === null || ground.sortOrders.get(found.id) === sortOrder
      ? []
      : [{ id: found.id, sortOrder }],
  );
  const isOrdered = match.every(({ found }) => found !== null) && isAscending(match, ground);

  const update = (strategy: FlagStrategy): RetoggleStep => ({ does: "update", strategy });

  const steps: RetoggleStep[] = [
    ...(orderMatters && places.length > 0 && !isOrdered
      ? [{ does: "order" as const, places }]
      : []),
    ...active.filter((strategy) => widening(strategy, live) <= 0).map(update),
    ...segmentSteps(after, segments),
    ...active.filter((strategy) => widening(strategy, live) > 0).map(update),
    ...match.flatMap(({ wanted, found }, index): RetoggleStep[] =>
      found === null
        ? [{ does: "create", strategy: wanted, sortOrder: orderMatters ? index : null }]
        : [],
    ),
    ...(same(target.variants, live.variants)
      ? []
      : [{ does: "variants" as const, variants: target.variants }]),
    ...updates.filter((strategy) => strategy.disabled).map(update),
    ...live.strategies
      .filter(({ id }) => !kept.has(id))
      .map(({ id }): RetoggleStep => ({ does: "remove", id })),
  ];
  if (live.enabled && !after.enabled) steps.unshift({ does: "off" });
  if (!live.enabled && after.enabled) steps.push({ does: "on" });
  return { after, steps, blocker: null };
}

type Match = { wanted: FlagStrategy; found: FlagStrategy | null }[];

/** Which live strategy becomes which: by id, else one that already does the same. */
function matchStrategies(live: readonly FlagStrategy[], wanted: readonly FlagStrategy[]): Match {
  const ids = new Set(wanted.map(({ id }) => id));
  const spare = live.filter(({ id }) => !ids.has(id));
  return wanted.map((strategy) => {
    const byId = live.find(({ id }) => id === strategy.id);
    if (byId) return { wanted: strategy, found: byId };
    const index = spare.findIndex((other) => same({ ...other, id: "" }, { ...strategy, id: "" }));
    const [twin] = index === -1 ? [] : spare.splice(index, 1);
    return { wanted: strategy, found: twin ?? null };
  });
}

function isAscending(match: Match, { sortOrders }: RetoggleGround): boolean {
  const orders = match.map(({ found }) => sortOrders.get(found?.id ?? "") ?? 0);
  return orders.every((order, index) => index === 0 || order > (orders[index - 1] ?? 0));
}

function blockerOf(after: FlagState, segments: readonly WireSegment[]): Blocker | null {
  if (after.enabled && !after.strategies.some(isActive)) {
    return {
      code: "no-active-strategy",
      sentence:
        "That state is on without an active strategy, and Unleash would add its default one. Turn it on or off instead.",
      who: null,
      commands: [],
    };
  }
  const known = new Set(segments.map(({ segment }) => segment.id));
  const gone = after.strategies
    .flatMap((strategy) => strategy.segments)
    .find((id) => !known.has(id));
  if (gone === undefined) return null;
  return {
    code: "segment-gone",
    sentence: `That state needs segment ${gone}, which doesn't exist any more. Create it again in Unleash, or turn the flag off.`,
    who: "an Unleash admin",
    commands: [],
  };
}

function segmentSteps(after: FlagState, segments: readonly WireSegment[]): RetoggleStep[] {
  return (after.segments ?? []).flatMap((wanted: FlagSegment): RetoggleStep[] => {
    const known = segments.find(({ segment }) => segment.id === wanted.id);
    if (!known || same(known.segment.constraints, wanted.constraints)) return [];
    const segment = { ...known.segment, constraints: wanted.constraints };
    return [{ does: "segment", segment: { ...known, segment } }];
  });
}

/** As Unleash stores it: a gradual rollout gets a share, a stickiness and a group whatever is sent. */
function asStored(strategy: FlagStrategy, key: string): FlagStrategy {
  if (strategy.name !== "flexibleRollout") return strategy;
  const { rollout = "100", stickiness, groupId, ...rest } = strategy.parameters;
  return {
    ...strategy,
    parameters: {
      ...rest,
      rollout,
      stickiness: stickiness || "default",
      groupId: groupId || key,
    },
  };
}

function isActive(strategy: FlagStrategy): boolean {
  return !strategy.disabled;
}

/** How many per cent more an update lets in; to order updates only. */
function widening(update: FlagStrategy, live: FlagState): number {
  const was = live.strategies.find(({ id }) => id === update.id);
  const share = (strategy: FlagStrategy | undefined) =>
    !strategy || strategy.disabled ? 0 : Number(strategy.parameters.rollout ?? 100);
  return share(update) - share(was);
}

/** Equal in content, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && same(value, right.get(key)))
  );
}
