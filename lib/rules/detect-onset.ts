import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import type { Onset } from "@/lib/contracts/suspect";
import { type ChangePoint, findChangePoint } from "./find-change-point";
import { readSince } from "./read-since";
import { ageInWords, durationInWords } from "./say";

export type OnsetInput = {
  /** Traces of any services; those of the affected ones are read. */
  signals: readonly SignalTrace[];
  affected: readonly string[];
  /** Start of harm as the incident has it, milliseconds since the epoch, and who says so. */
  harmBeganAt: number;
  harmBeganFrom: Onset["from"];
  /** What is written about it: "since about an hour". */
  texts?: readonly string[];
};

/** A service's change point, with the service. */
export type ServiceOnset = ChangePoint & { service: string };

const MINUTE_MS = 60_000;
/** How far the clocks of a cluster, a flag product and a signal may be apart. */
export const CLOCKS_MS = 15_000;
/** An alert waits until it is sure; a person needs time to notice and to declare. */
const ALERT_WAITS_MS = 10 * MINUTE_MS;
const PERSON_WAITS_MS = 90 * MINUTE_MS;
/** A signal that turned bad this long after somebody spoke of harm is still about the same harm. */
const SPOKE_EARLY_MS = 15 * MINUTE_MS;
const OVER_BEFORE_MS = 5 * MINUTE_MS;

/**
 * When harm began, and how well that is known. A person's correction wins. Else the change point of the
 * affected services' signals, the first of them; what the incident says is then only a bound in time.
 * Without a signal that shows harm, an alert or a declaration says that it began some time before.
 */
export function detectOnset(input: OnsetInput): Onset {
  const { harmBeganAt: at, harmBeganFrom: from } = input;
  if (from === "person") return corrected(at);
  const points = changePoints(input.signals, input.affected, at);
  const [first] = points.toSorted((a, b) => a.at - b.at || a.service.localeCompare(b.service));
  if (first) return fromSignal(first);
  switch (from) {
    case "alert":
      return {
        ...{ at, earliest: at - ALERT_WAITS_MS, latest: at + CLOCKS_MS, from },
        sentence:
          "An alert began to fire then; no signal says better, so harm may have begun up to 10 min before.",
      };
    case "declaration": {
      const since = readSince(input.texts ?? []);
      if (since !== null) return toldSince(at, since);
      return {
        ...{ at, earliest: at - PERSON_WAITS_MS, latest: at + CLOCKS_MS, from },
        sentence:
          "It was declared then; no signal says better, so harm may have begun up to 90 min before.",
      };
    }
    case "signal":
      return {
        ...{ at, earliest: at - CLOCKS_MS, latest: at + CLOCKS_MS, from },
        sentence: "The signal crossed its threshold then.",
      };
    default:
      return from satisfies never;
  }
}

/** Change points of these services' signals on the way into the harm that was there by `around`. */
export function changePoints(
  signals: readonly SignalTrace[],
  services: readonly string[],
  around: number,
): ServiceOnset[] {
  return signals.flatMap((trace) => {
    if (!services.includes(trace.service)) return [];
    const found = findChangePoint(trace.points, trace, around + SPOKE_EARLY_MS);
    // A run of bad points that was over before is another story.
    if (!found || found.lastBadAt < around - OVER_BEFORE_MS) return [];
    return found.at <= around + SPOKE_EARLY_MS ? [{ ...found, service: trace.service }] : [];
  });
}

/** What people say of a length of time is right to half of it. */
function toldSince(at: number, since: number): Onset {
  return {
    ...{ at: at - since, earliest: at - 1.5 * since, latest: at - since / 2 + CLOCKS_MS },
    from: "declaration",
    sentence: `It was said to have gone on for ${ageInWords(since)} when it was declared; no signal says better.`,
  };
}

/** A form gives whole minutes: then it may have been any second of that minute. */
function corrected(at: number): Onset {
  const isWholeMinute = at % MINUTE_MS === 0;
  return {
    ...{ at, earliest: at - CLOCKS_MS, from: "person" },
    latest: at + (isWholeMinute ? MINUTE_MS : CLOCKS_MS),
    sentence: "As a person corrected it.",
  };
}

function fromSignal(point: ServiceOnset): Onset {
  const earliest = Math.min(point.earliest, point.at) - CLOCKS_MS;
  const latest = Math.max(point.latest, point.at) + CLOCKS_MS;
  const sentence = `The signal of ${point.service} left its usual level then, give or take ${durationInWords((latest - earliest) / 2)}`;
  if (point.crossedAt <= latest) {
    return { ...{ at: point.at, earliest, latest, from: "signal" }, sentence: `${sentence}.` };
  }
  const crossed = `crossed its threshold ${ageInWords(point.crossedAt - point.at)} later`;
  // A further step on the way has its own cause, or one more of the same.
  return point.worsenedAt === null
    ? {
        ...{ at: point.at, earliest, latest, from: "signal" },
        sentence: `${sentence}, and ${crossed}.`,
      }
    : {
        ...{ at: point.at, earliest, latest: point.worsenedAt + CLOCKS_MS, from: "signal" },
        sentence: `${sentence}, took a further step ${ageInWords(point.worsenedAt - point.at)} later, and ${crossed}.`,
      };
}
