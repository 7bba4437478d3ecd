import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { FlagDetails } from "@/lib/contracts/change";
import type { FlagSegment, FlagState } from "@/lib/contracts/flag-state";
import { stateOf, type WireEvent, WireSegment, WireStrategy } from "./unleash-wire";

/** Everything about a flag in one environment that events alter. */
export type FlagMoment = {
  enabled: boolean;
  strategies: WireStrategy[];
  variants: FlagState["variants"];
  segments: FlagSegment[];
};

export type ToldEvent = {
  event: WireEvent;
  action: FlagDetails["action"];
  before: FlagState | null;
  after: FlagState | null;
};

type Step = {
  /** Null for an event that didn't concern the flag then. */
  action: FlagDetails["action"] | null;
  after: FlagState | null;
  /** The moment before, null when it can't be told. */
  before: FlagMoment | null;
  /** There is nothing before it. */
  isFirst?: true;
};

const Variants = z.object({ variants: z.array(z.record(z.string(), z.unknown())) });
const Order = z.object({ strategyIds: z.array(z.string()) });

/** Events that leave what the flag does as it is. */
const HARMLESS =
  /^feature-(updated|metadata-updated|tagged|untagged|tag-import|stale-on|stale-off|potentially-stale-on|completed|uncompleted|favorited|unfavorited|link-|dependency-|dependencies-|type-)/;

/**
 * Tells what each event did, by walking from the live state back in time. Unleash's events carry only
 * the part they alter, and none at all for on and off; undoing them one by one gives the whole state on
 * both sides. Each step is checked against the event; where they disagree, or an event of an unknown
 * kind comes by, everything older is told with null rather than with a guess.
 *
 * `events` are those of one flag in one environment and of segments, newest first; `live` is null when
 * the flag can't be read any more. `segmentsOf` gives the segments a strategy had when it was last
 * written before an event: removals don't tell them.
 */
export function rewindFlag(
  live: FlagMoment | null,
  events: readonly WireEvent[],
  segmentsOf: (strategyId: string, before: WireEvent) => number[] | null,
): ToldEvent[] {
  const told: ToldEvent[] = [];
  let moment = live && isWhole(live) ? live : null;
  for (const event of events) {
    if (HARMLESS.test(event.type)) continue;
    const step = undo(moment, event, segmentsOf);
    if (step === "unknown") {
      moment = null;
      continue;
    }
    moment = step.before && isWhole(step.before) ? step.before : null;
    if (step.action === null) continue;
    const before = moment ? momentState(moment) : null;
    // A side is only as sure as the step between them.
    const after = moment || step.isFirst ? step.after : null;
    told.push({ event, action: step.action, before, after });
  }
  return told;
}

export function momentState(moment: FlagMoment): FlagState {
  return stateOf(moment, moment.segments);
}

function undo(
  moment: FlagMoment | null,
  event: WireEvent,
  segmentsOf: (strategyId: string, before: WireEvent) => number[] | null,
): Step | "unknown" {
  const after = moment ? momentState(moment) : null;
  const step = (action: Step["action"], before: FlagMoment | null): Step => ({
    action,
    before,
    after,
  });
  const data = WireStrategy.safeParse(event.data).data;
  const preData = WireStrategy.safeParse(event.preData).data;
  const has = (wanted: WireStrategy | undefined) =>
    moment?.strategies.some((one) => wanted && isDeepStrictEqual(one.strategy, wanted.strategy));
  switch (event.type) {
    case "feature-environment-enabled":
      return step("on", moment?.enabled ? { ...moment, enabled: false } : null);
    case "feature-environment-disabled":
      return step("off", moment && !moment.enabled ? { ...moment, enabled: true } : null);
    case "feature-strategy-add": {
      if (!moment || !data || !has(data)) return step("strategy", null);
      const strategies = moment.strategies.filter((one) => one.strategy.id !== data.strategy.id);
      return step("strategy", { ...moment, strategies });
    }
    case "feature-strategy-update": {
      const action = data && preData ? whatChanged(data, preData) : "strategy";
      if (!moment || !data || !preData || !has(data)) return step(action, null);
      const strategies = moment.strategies.map((one) =>
        one.strategy.id === data.strategy.id ? { ...preData, sortOrder: one.sortOrder } : one,
      );
      return step(action, { ...moment, strategies });
    }
    case "feature-strategy-remove": {
      const segments = preData ? segmentsOf(preData.strategy.id, event) : null;
      const isThere = moment?.strategies.some((one) => one.strategy.id === preData?.strategy.id);
      if (!moment || !preData || isThere || !segments) return step("strategy", null);
      const back = { ...preData, strategy: { ...preData.strategy, segments } };
      return step("strategy", { ...moment, strategies: [...moment.strategies, back] });
    }
    case "strategy-order-changed": {
      const order = Order.safeParse(event.preData).data?.strategyIds;
      if (!moment || !order) return step("strategy", null);
      const strategies = moment.strategies.map((one) => ({
        ...one,
        sortOrder: order.indexOf(one.strategy.id),
      }));
      return step("strategy", { ...moment, strategies });
    }
    case "feature-environment-variants-updated": {
      const [now, was] = [Variants.safeParse(event.data), Variants.safeParse(event.preData)];
      const fits = moment && now.success && isDeepStrictEqual(moment.variants, now.data.variants);
      return step("variants", fits && was.data ? { ...moment, variants: was.data.variants } : null);
    }
    case "segment-updated":
      return undoSegment(moment, event, step);
    case "feature-created": {
      const fits = moment !== null && !moment.enabled && moment.strategies.length === 0;
      return { action: "created", before: null, after: fits ? after : null, isFirst: true };
    }
    case "feature-revived":
      return { action: "created", before: null, after, isFirst: true };
    case "feature-archived":
      return { action: "archived", before: null, after: null };
    default:
      return "unknown";
  }
}

/** Rules go back in time whether or not the flag used the segment then: it may have earlier. */
function undoSegment(
  moment: FlagMoment | null,
  event: WireEvent,
  step: (action: "segment" | null, before: FlagMoment | null) => Step,
): Step {
  const now = WireSegment.safeParse(event.data).data?.segment;
  const was = WireSegment.safeParse(event.preData).data?.segment;
  const uses = moment?.strategies.some(({ strategy }) => strategy.segments.includes(now?.id ?? -1));
  const action = uses ? "segment" : null;
  const known = moment?.segments.find(({ id }) => id === now?.id);
  if (!moment || !known || !isDeepStrictEqual(known.constraints, now?.constraints) || !was) {
    // Rules nobody is sure of are forgotten; states that need them are then not told.
    const segments = moment?.segments.filter(({ id }) => id !== now?.id) ?? [];
    return step(action, moment && !uses ? { ...moment, segments } : null);
  }
  const segments = moment.segments.map((one) => (one.id === known.id ? was : one));
  return step(action, { ...moment, segments });
}

/** Every segment that the strategies name has known rules. */
function isWhole({ strategies, segments }: FlagMoment): boolean {
  const known = new Set(segments.map(({ id }) => id));
  return strategies.every(({ strategy }) => strategy.segments.every((id) => known.has(id)));
}

/** A strategy's update by what it altered: only its variants, only its segments, or more. */
function whatChanged(now: WireStrategy, was: WireStrategy): "variants" | "segment" | "strategy" {
  const differs = (part: "variants" | "segments" | "parameters" | "constraints" | "disabled") =>
    !isDeepStrictEqual(now.strategy[part], was.strategy[part]);
  if (differs("parameters") || differs("constraints") || differs("disabled")) return "strategy";
  if (differs("variants")) return differs("segments") ? "strategy" : "variants";
  return differs("segments") ? "segment" : "strategy";
}
