import type { Evidence } from "@/lib/contracts/suspect";
import { CLOCKS_MS } from "@/lib/rules/detect-onset";
import { ageInWords, durationInWords } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";

/** How soon harm follows a change that causes it: (1 + lag / scale) ** -(1 + tail) over a day. */
type Delay = { scaleMs: number; tail: number };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const PROMPT: Record<"deploy" | "flag" | "config", Delay> = {
  deploy: { scaleMs: 5 * MINUTE_MS, tail: 0.8 },
  flag: { scaleMs: 4 * MINUTE_MS, tail: 0.9 },
  // Read at the next start or reload, whenever that is.
  config: { scaleMs: 6 * MINUTE_MS, tail: 0.6 },
};
/** Leaks, queues, scheduled jobs, caches that run out: hours are nothing unusual. */
const SLOW: Delay = { scaleMs: 20 * MINUTE_MS, tail: 0.3 };
/** A signal that takes this long to go bad did not jump. */
const SLOW_RISE_MS = 20 * MINUTE_MS;

/** A start that is known no better than this may be anywhere between. */
const HARDLY_KNOWN_MS = 4 * MINUTE_MS;

/** Moments beyond all measure, as a wrong clock tells them, leave a figure that can be reckoned with. */
const LEAST = -100;

/** Why harm may come hours after this change; null when nothing says so. */
export type SlowReason = string | null;

/**
 * How much likelier this moment of harm is if the change did it than if the two only happened to meet
 * within a day. The tail is heavy: an hour is unusual, not impossible, and slow harm has a tail of its
 * own. Averaged over what isn't known about the start of harm.
 */
export function weighTime(candidate: Candidate, slow: SlowReason, world: World): Evidence[] {
  const { kind } = candidate.change.details;
  if (kind === "merge") return [];
  const onset = ownOnset(candidate, world);
  const lag = Math.max(0, onset.at - candidate.until);
  const likelihood = (delay: Delay) =>
    Math.max(LEAST, Math.log(meanDensity(delay, candidate, onset) * DAY_MS));
  const prompt = likelihood(PROMPT[kind]);
  const unhurried = slow ? likelihood(SLOW) : Number.NEGATIVE_INFINITY;
  const when = momentInWords(candidate, onset, lag);
  const evidence: Evidence[] = [
    unhurried > prompt
      ? { sentence: `${when}. ${slow}`, logOdds: unhurried }
      : { sentence: `${when}.`, logOdds: prompt },
  ];
  if (candidate.at > onset.at) {
    evidence.push({
      sentence: `It came ${durationInWords(candidate.at - onset.at)} after the first sign of harm, which may still be in time.`,
      logOdds: -1.2,
    });
  }
  return evidence;
}

/** Did harm come slowly? Then in the words of the signal. */
export function slowCourse(world: World): SlowReason {
  const { course } = world;
  if (!course || course.riseMs < SLOW_RISE_MS) return null;
  return `The signal of ${course.service} rose over ${ageInWords(course.riseMs)}, as it does when something leaks or fills: hours may lie between.`;
}

/** A dependency that turned bad first is judged by its own start. */
function ownOnset({ change }: Candidate, world: World): World["onset"] {
  const { onset } = world;
  const earlier = change.services.flatMap((name) => {
    const own = world.turned.get(name);
    return own && own.at < onset.earliest ? [own] : [];
  });
  const [first] = earlier.sort((a, b) => a.at - b.at);
  if (!first) return onset;
  const { at, earliest, latest } = first;
  return { ...onset, at, earliest: earliest - CLOCKS_MS, latest: latest + CLOCKS_MS };
}

function meanDensity(delay: Delay, { until }: Candidate, onset: World["onset"]): number {
  const density = (from: number) => {
    const lag = Math.max(0, from - until);
    return (delay.tail / delay.scaleMs) * (1 + lag / delay.scaleMs) ** -(1 + delay.tail);
  };
  const { earliest, at, latest } = onset;
  const isBound = onset.from === "alert" || onset.from === "declaration";
  if (isBound && latest - at <= CLOCKS_MS) {
    // Anywhere between, the less likely the longer before anybody said so.
    const steps = [1, 2, 3, 4, 5, 6, 7, 8];
    return steps.reduce(
      (sum, i) => sum + density(earliest + ((at - earliest) * i) / 8) * (i / 36),
      0,
    );
  }
  if (latest - earliest > HARDLY_KNOWN_MS) {
    const steps = [0, 1, 2, 3, 4];
    return steps.reduce((sum, i) => sum + density(earliest + ((latest - earliest) * i) / 4) / 5, 0);
  }
  return density(earliest) / 4 + density(at) / 2 + density(latest) / 4;
}

function momentInWords({ at, until }: Candidate, onset: World["onset"], lag: number): string {
  if (at <= onset.at && until > onset.at && until > at) {
    return onset.at - at <= 5_000
      ? "Its pods began to take over as harm began"
      : `Its pods were taking over when harm began: the first ${ageInWords(onset.at - at)} before`;
  }
  if (at > onset.at || onset.at - at <= 5_000) return "As harm began";
  const before = `${ageInWords(onset.at - at)} before harm`;
  return until > at && lag > 0 ? `${before}, complete ${ageInWords(lag)} before it` : before;
}
