import type { Change } from "@/lib/contracts/change";
import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import type { Evidence } from "@/lib/contracts/suspect";
import { rolloutPercent } from "@/lib/rules/flag-words";
import { counted } from "@/lib/rules/say";
import type { World } from "./incident-world";
import { flagPlace } from "./link-changes";
import { type Level, levelBetween, noiseBetween, readTrace } from "./read-level";

type Step = { at: number; from: number; to: number };

const MINUTE_MS = 60_000;
const WINDOW_MS = 8 * MINUTE_MS;
/** A rate over a minute shows a step only when the minute is over. */
const SMEAR_MS = MINUTE_MS;
const MOST_STEPS = 30;
const EACH = 0.9;
const MOST = 2.4;
const IDLE = -0.5;
/** A step of fewer points of a hundred may be too small to show. */
const VISIBLE_POINTS = 20;

/** What each flag's ramp says, read once per flag, later steps included. */
export function readRamps(world: World): (change: Change) => Evidence[] {
  const ramps = new Map<string, Step[]>();
  for (const change of world.changes) {
    const { details } = change;
    if (details.kind !== "flag" || !details.before || !details.after) continue;
    const [from, to] = [rolloutPercent(details.before), rolloutPercent(details.after)];
    const at = Date.parse(change.at);
    if (from === null || to === null || from === to || Number.isNaN(at)) continue;
    const place = flagPlace(change);
    const steps = ramps.get(place);
    if (steps) steps.push({ at, from, to });
    else ramps.set(place, [{ at, from, to }]);
  }
  const known = new Map<string, Evidence[]>();
  return (change) => {
    if (change.details.kind !== "flag") return [];
    const place = flagPlace(change);
    const evidence =
      known.get(place) ?? weighRamp((ramps.get(place) ?? []).slice(-MOST_STEPS), world);
    known.set(place, evidence);
    return evidence;
  };
}

/**
 * Does the signal follow a flag step by step? Two steps or more that it answered speak for the flag;
 * a big step well before harm that it didn't answer speaks against it.
 */
function weighRamp(steps: Step[], world: World): Evidence[] {
  if (!world.course) return [];
  const trace = world.traces.get(world.course.service);
  if (steps.length < 2 || !trace) return [];
  const level = readTrace(trace);
  const answers = steps.flatMap((step, index) => {
    const near = [steps[index - 1]?.at ?? 0, steps[index + 1]?.at ?? Number.POSITIVE_INFINITY];
    const answered = didAnswer(
      step,
      near[0] ?? 0,
      near[1] ?? 0,
      { ...level, harmWhen: trace.harmWhen },
      world,
    );
    return answered === null ? [] : [{ step, answered }];
  });
  const followed = answers.filter(({ answered }) => answered);
  if (followed.length >= 2) {
    const course = [steps[0]?.from, ...followed.map(({ step }) => step.to)].join(" → ");
    return [
      {
        sentence: `Ramp ${course}\u00a0%: the signal moved with ${followed.length === answers.length ? "each step" : counted(followed.length, "step")}.`,
        logOdds: Math.min(MOST, EACH * (followed.length - 1)),
      },
    ];
  }
  const idle = answers.filter(
    ({ step, answered }) =>
      !answered &&
      step.to - step.from >= VISIBLE_POINTS &&
      step.at < world.onset.earliest - MINUTE_MS,
  );
  if (idle.length === 0) return [];
  const course = idle.map(({ step }) => `${step.from} → ${step.to}\u00a0%`).join(", ");
  return [
    { sentence: `The signal didn't move at ${course}.`, logOdds: Math.max(-1, IDLE * idle.length) },
  ];
}

/** Whether the signal rose with a step up, or fell with one down; null when that can't be seen. */
function didAnswer(
  { at, from, to }: Step,
  before: number,
  after: number,
  trace: Level & Pick<SignalTrace, "harmWhen">,
  world: World,
): boolean | null {
  const past = Math.max(at - WINDOW_MS, before + SMEAR_MS);
  const next = Math.min(at + SMEAR_MS + WINDOW_MS, after, world.now);
  const was = levelBetween(trace, past, at);
  const is = levelBetween(trace, at + SMEAR_MS, next);
  if (was === null || is === null) return null;
  const toHarm = (is - was) * (trace.harmWhen === "above" ? 1 : -1) * Math.sign(to - from);
  const course = Math.abs((world.course?.after ?? 0) - (world.course?.before ?? 0));
  return toHarm > Math.max(0.06 * course, 2 * noiseBetween(trace, past, at));
}
