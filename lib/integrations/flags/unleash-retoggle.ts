import type { FlagState } from "@/lib/contracts/flag-state";
import type { Blocker, Warning } from "@/lib/contracts/lever";
import { flagStateInWords, rolloutPercent } from "@/lib/rules/flag-words";
import type { FlagRef, FlagSource, ObservedFlag, RetogglePlan } from "../flag-source";
import type { HttpAnswer, HttpJson } from "../http-json";
import { SourceError } from "../source-error";
import { flagFingerprint } from "./flag-fingerprint";
import { planRetoggle, type RetoggleStep, type RetoggleSteps } from "./plan-retoggle";
import type { UnleashNews } from "./unleash-news";
import { blockerFor, mayToggle, missingPermission } from "./unleash-permission";
import { environmentPath, type LiveFlag, type UnleashReader } from "./unleash-reader";
import { WireSegmentUse } from "./unleash-wire";

/** States seen lately by fingerprint, to say in words what was shown when it has changed since. */
const REMEMBERED = 500;

export type UnleashLever = Pick<FlagSource, "previewRetoggle" | "retoggle" | "recall"> & {
  remember(flag: ObservedFlag): ObservedFlag;
};

export function unleashLever(
  http: HttpJson,
  reader: UnleashReader,
  news: UnleashNews,
  context: { now: () => Date },
): UnleashLever {
  const seenStates = new Map<string, FlagState>();

  function remember(flag: ObservedFlag): ObservedFlag {
    seenStates.delete(flag.fingerprint);
    seenStates.set(flag.fingerprint, flag.state);
    const [oldest] = seenStates.keys();
    if (seenStates.size > REMEMBERED && oldest !== undefined) seenStates.delete(oldest);
    return flag;
  }

  async function planFor(live: LiveFlag, plan: RetogglePlan): Promise<RetoggleSteps> {
    const { observed, sortOrders } = live;
    const { state } = observed;
    const isBare = !state.strategies.some(({ disabled }) => !disabled);
    const namesSegments =
      plan.to === "state" && plan.state.strategies.some(({ segments }) => segments.length > 0);
    const [segments, defaultStrategy] = await Promise.all([
      namesSegments ? reader.segments() : [],
      plan.to === "on" && isBare && !state.enabled ? reader.defaultStrategy(observed) : NOTHING,
    ]);
    return planRetoggle(
      { key: observed.key, live: state, sortOrders, segments, defaultStrategy },
      plan,
    );
  }

  /** A read that what happens later can be held against. */
  async function markedRead(ref: FlagRef) {
    const mark = await news.mark();
    return { live: await reader.flag(ref), mark };
  }

  return {
    remember,

    recall: (fingerprint) => seenStates.get(fingerprint) ?? null,

    async previewRetoggle(ref, plan) {
      const [{ live, mark }, probe] = await Promise.all([markedRead(ref), mayToggle(http, ref)]);
      news.note(remember(live.observed), mark);
      const { after, steps, blocker } = await planFor(live, plan);
      const blockers: Blocker[] = [];
      if (live.observed.archived) blockers.push(ARCHIVED);
      else if (blocker) blockers.push(blocker);
      else if (steps.length === 0) blockers.push(unchangedBlocker(live.observed));
      if (probe) blockers.push(probe);
      else if (steps.some(({ does }) => does !== "off")) {
        const missing = await missingPermission(http, ref, steps, live.observed.state);
        if (missing) blockers.push(missing);
      }
      const checks = [`Read from Unleash just now: ${flagStateInWords(live.observed.state)}.`];
      if (!probe) {
        checks.push("The token may change this environment, and no change request is required.");
      }
      const warnings = [
        ...warningsOf(live.observed, after, plan),
        ...(await sharedSegments(http, ref, steps)),
      ];
      return { live: live.observed, after, blockers, warnings, checks };
    },

    async retoggle({ plan, seen, live: given, ...ref }) {
      const live = await liveFor(ref, plan, given);
      const flag = live.observed;
      if (flag.archived) return { outcome: "refused", blocker: ARCHIVED };
      const { after, steps, blocker } = await planFor(live, plan);
      if (steps.length === 0 && !blocker) {
        return { outcome: "unchanged", because: alreadyInWords(flag), flag };
      }
      if (flag.fingerprint !== seen) {
        const because = differenceInWords(flag, seenStates.get(seen));
        return { outcome: "changed", because, flag: remember(flag) };
      }
      if (blocker) return { outcome: "refused", blocker };
      for (const [made, step] of steps.entries()) {
        const answer = await sendStep(ref, step, made);
        if (answer.status < 300) continue;
        const refusal = blockerFor(http, ref, answer);
        if (made === 0) return { outcome: "refused", blocker: refusal };
        throw halfway(made, steps.length, refusal.sentence);
      }
      const planned = { ...flag, state: after, fingerprint: flagFingerprint(after) };
      const at = context.now().toISOString();
      return { outcome: "accepted", at, flag: remember(planned), before: remember(flag) };
    },
  };

  /** Sort orders aren't part of an observed flag, so only plans without strategies can do with one. */
  async function liveFor(
    ref: FlagRef,
    plan: RetogglePlan,
    given: ObservedFlag | undefined,
  ): Promise<LiveFlag> {
    if (!given || plan.to === "state") return reader.flag(ref);
    const { enabled, variants, segments = [] } = given.state;
    const moment = { enabled, strategies: [], variants, segments };
    return { observed: given, moment, sortOrders: new Map() };
  }

  async function sendStep(ref: FlagRef, step: RetoggleStep, made: number): Promise<HttpAnswer> {
    try {
      return await send(http, ref, step);
    } catch (error) {
      // Whatever went wrong with this one, those before it took effect.
      if (!(error instanceof SourceError) || error.mayHaveActed || made === 0) throw error;
      throw new SourceError(error.code, error.sentence, { cause: error, mayHaveActed: true });
    }
  }
}

function send(http: HttpJson, ref: FlagRef, step: RetoggleStep): Promise<HttpAnswer> {
  const path = environmentPath(ref);
  switch (step.does) {
    case "off":
    case "on":
      return http.send("POST", `${path}/${step.does}`);
    case "update": {
      const { id, ...strategy } = step.strategy;
      return http.send("PUT", `${path}/strategies/${encodeURIComponent(id)}`, strategy);
    }
    case "create": {
      const { id: _, ...strategy } = step.strategy;
      const sortOrder = step.sortOrder === null ? {} : { sortOrder: step.sortOrder };
      return http.send("POST", `${path}/strategies`, { ...strategy, ...sortOrder });
    }
    case "remove":
      return http.send("DELETE", `${path}/strategies/${encodeURIComponent(step.id)}`);
    case "order":
      return http.send("POST", `${path}/strategies/set-sort-order`, step.places);
    case "variants":
      return http.send("PUT", `${path}/variants`, step.variants);
    case "segment": {
      const { segment, description, project } = step.segment;
      const { id, name, constraints } = segment;
      const about = {
        ...(description === null ? {} : { description }),
        ...(project === null ? {} : { project }),
      };
      return http.send("PUT", `/api/admin/segments/${id}`, { name, ...about, constraints });
    }
    default:
      return step satisfies never;
  }
}

const NOTHING = {
  id: "",
  name: "default",
  disabled: false,
  parameters: {},
  constraints: [],
  segments: [],
  variants: [],
};

const ARCHIVED: Blocker = {
  code: "archived",
  sentence:
    "The flag is archived, so it is off for everyone. Revive it in Unleash to use it again.",
  who: "an Unleash admin",
  commands: [],
};

function alreadyInWords(flag: ObservedFlag): string {
  return `${flag.key} is already ${flagStateInWords(flag.state)} in ${flag.environment}.`;
}

function unchangedBlocker(flag: ObservedFlag): Blocker {
  return { code: "unchanged", sentence: alreadyInWords(flag), who: null, commands: [] };
}

function differenceInWords(flag: ObservedFlag, seen: FlagState | undefined): string {
  const now = flagStateInWords(flag.state);
  const start = `Somebody changed ${flag.key} since it was shown`;
  if (!seen) return `${start}: it is ${now} now.`;
  const then = flagStateInWords(seen);
  if (then !== now) return `${start}: it was ${then} and is ${now} now.`;
  return `${start}: it is still ${now}, with other strategies, variants or segments.`;
}

function halfway(made: number, all: number, because: string): SourceError {
  return new SourceError(
    "conflict",
    `Unleash made ${made} of ${all} changes and refused the next: ${because}`,
    { mayHaveActed: true },
  );
}

function warningsOf(flag: ObservedFlag, after: FlagState, plan: RetogglePlan): Warning[] {
  const live = flag.state;
  const warnings: Warning[] = [];
  const isBare = !live.strategies.some(({ disabled }) => !disabled);
  if (plan.to === "on" && !live.enabled && isBare) {
    const percent = rolloutPercent(after);
    const reach = percent === 100 ? "everyone" : percent === null ? "some" : `${percent} %`;
    warnings.push({
      code: "default-strategy",
      sentence: `No strategy is active in ${flag.environment}, so Unleash adds its default one: on for ${reach}.`,
      unsafe: true,
    });
  }
  if (live.enabled && !after.enabled) {
    const percent = rolloutPercent(live);
    const who = percent === null || percent === 100 ? "" : ` (${percent} %)`;
    warnings.push({
      code: "ends-for-everyone",
      sentence: `Ends the feature for everyone who has it now${who}.`,
      unsafe: false,
    });
  }
  const [was, will] = [rolloutPercent(live), rolloutPercent(after)];
  if (plan.to === "state" && was !== null && will !== null && will > was) {
    const sentence = `More customers get the feature: ${will} % instead of ${was} %.`;
    warnings.push({ code: "widens", sentence, unsafe: false });
  }
  return warnings;
}

/** A segment's rules can't be put back for one flag alone. */
async function sharedSegments(
  http: HttpJson,
  ref: FlagRef,
  steps: readonly RetoggleStep[],
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const step of steps) {
    if (step.does !== "segment") continue;
    const { id, name } = step.segment.segment;
    const users = await usersOfSegment(http, id);
    const others = users?.filter((key) => key !== ref.key);
    if (others?.length === 0) continue;
    const whom = others ? others.slice(0, 5).join(", ") : "every other flag that uses it";
    const sentence = `Puts back the rules of segment ${name}, which also changes ${whom}.`;
    warnings.push({ code: "shared-segment", sentence, unsafe: true });
  }
  return warnings;
}

async function usersOfSegment(http: HttpJson, id: number): Promise<string[] | null> {
  try {
    const { strategies } = await http.read(`/api/admin/segments/${id}/strategies`, WireSegmentUse);
    return [...new Set(strategies.map(({ featureName }) => featureName))];
  } catch (error) {
    if (error instanceof SourceError && error.code === "not-found") return null;
    throw error;
  }
}
