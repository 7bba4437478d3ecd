import type { AdviceCard, RecordedAdvice } from "@/lib/contracts/advice";
import type { LeverKind } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Alternative } from "@/lib/contracts/retro";
import { spanInWords } from "./moment-words";

type LeverAdvice = AdviceCard["levers"][number];

/** Presses that meant to restore, oldest first: no put-backs, and none that was refused at once. */
export function pressesOf(restorations: readonly Restoration[]): Restoration[] {
  return restorations
    .filter(({ putBackOf, acceptedAt }) => putBackOf === null && acceptedAt !== null)
    .sort((a, b) => Date.parse(a.plannedAt) - Date.parse(b.plannedAt));
}

/**
 * The card as it stood at a moment (ISO 8601): the last one of that suspect, or of any when the press
 * named none. Null when nobody had looked.
 */
export function adviceAt(
  advice: readonly RecordedAdvice[],
  suspectId: string | null,
  at: string,
): AdviceCard | null {
  const before = advice.filter((one) => Date.parse(one.at) <= Date.parse(at));
  const of =
    suspectId === null ? before : before.filter(({ card }) => card.suspectId === suspectId);
  return of.at(-1)?.card ?? null;
}

/** How long a pull took, from the press until in effect, milliseconds; null when it never was. */
export function pullMs({ askedAt, plannedAt, inEffectAt }: Restoration): number | null {
  return inEffectAt === null
    ? null
    : Math.max(0, Date.parse(inEffectAt) - Date.parse(askedAt ?? plannedAt));
}

const NAMES: Record<LeverKind, string> = {
  retoggle: "the retoggle",
  rollback: "the rollback",
  revert: "the revert",
};

const LEVERS: LeverKind[] = ["retoggle", "rollback", "revert"];

/**
 * All ways back as they stood when `decisive` was pressed, with what each took or would have taken.
 * Without a recorded card: what was pulled, and of the others that nobody looked. `decisive`: the
 * press that restored, else the last one; null when no lever was pulled (then the last card counts).
 */
export function weighAlternatives(input: {
  restorations: readonly Restoration[];
  advice: readonly RecordedAdvice[];
  decisive: Restoration | null;
}): Alternative[] {
  const { decisive } = input;
  const card = decisive
    ? adviceAt(input.advice, decisive.suspectId, decisive.plannedAt)
    : (input.advice.at(-1)?.card ?? null);
  const presses = pressesOf(input.restorations);
  return LEVERS.flatMap((lever) => {
    const looked = card?.levers.find((one) => one.lever === lever) ?? null;
    const pulled = lever === decisive?.lever ? decisive : latestOf(presses, lever);
    const wasRecommended = card
      ? card.recommendation.lever === lever
      : pulled?.wasRecommended === true;
    if (pulled) return [ofPulled(pulled, decisive, wasRecommended)];
    if (looked) return [ofLooked(looked, decisive, wasRecommended)];
    return decisive === null ? [] : [nobodyLooked(lever)];
  });
}

function latestOf(presses: readonly Restoration[], lever: LeverKind): Restoration | null {
  return presses.findLast((press) => press.lever === lever) ?? null;
}

function ofPulled(
  pulled: Restoration,
  decisive: Restoration | null,
  wasRecommended: boolean,
): Alternative {
  const ms = pullMs(pulled);
  const name = `${pulled.label} (${pulled.id})`;
  const took = ms === null ? null : `took ${spanInWords(ms)} from the press until in effect`;
  let sentence = `${name} was pulled and is not in effect yet.`;
  if (pulled.failure && ms === null) {
    sentence = `${name} was pulled and never took effect: ${closed(pulled.failure.sentence)}`;
  } else if (pulled.failure) {
    sentence =
      pulled.failure.code === "signal-stayed-bad"
        ? `${name} ${took} and did not help.`
        : `${name} ${took}. ${closed(pulled.failure.sentence)}`;
  } else if (took !== null) {
    sentence = pulled === decisive ? `${name} was pulled: it ${took}.` : `${name} ${took}.`;
  }
  return {
    lever: pulled.lever,
    label: pulled.label,
    wasPulled: true,
    wasRecommended,
    couldBePulled: true,
    ms,
    isMeasured: ms !== null,
    sentence,
  };
}

function ofLooked(
  looked: LeverAdvice,
  decisive: Restoration | null,
  wasRecommended: boolean,
): Alternative {
  const blocker = looked.blockers[0];
  const couldBePulled = looked.target !== null && blocker === undefined;
  const { estimate } = looked;
  const about = `about ${spanInWords(estimate.p50Ms)}`;
  const grounds = estimate.n === 0 ? " (a guess from no figures of our own)" : "";
  const warning = looked.warnings.find(({ unsafe }) => unsafe);
  const sentence = couldBePulled
    ? [
        `${possible(looked)} would have taken ${about}${grounds}${taken(decisive)}.`,
        warning ? `It was held to be unsafe: ${closed(warning.sentence)}` : "",
      ]
        .join(" ")
        .trim()
    : `${doing(looked.lever)} was not possible: ${closed(blocker?.sentence ?? "there was nothing to pull it on")}`;
  return {
    lever: looked.lever,
    label: looked.label,
    wasPulled: false,
    wasRecommended,
    couldBePulled,
    ms: couldBePulled ? estimate.p50Ms : null,
    isMeasured: false,
    sentence,
  };
}

function nobodyLooked(lever: LeverKind): Alternative {
  return {
    lever,
    label: doing(lever),
    wasPulled: false,
    wasRecommended: false,
    couldBePulled: null,
    ms: null,
    isMeasured: false,
    sentence: `Nobody looked at ${doing(lever).toLowerCase()} before the press, so what it would have taken is not known.`,
  };
}

/** "; the rollback took 3 min 10 s" */
function taken(decisive: Restoration | null): string {
  const ms = decisive && pullMs(decisive);
  return decisive && ms !== null ? `; ${NAMES[decisive.lever]} took ${spanInWords(ms)}` : "";
}

function possible({ lever, target }: LeverAdvice): string {
  switch (lever) {
    case "retoggle": {
      const to = target?.lever === "retoggle" ? target.to.state : "off";
      if (to === "on") return "A flag guarded this; turning it on";
      return to === "off"
        ? "A flag guarded this; turning it off"
        : "A flag guarded this; putting it back to where it was";
    }
    case "rollback":
      return "The version before was at hand; rolling back to it";
    case "revert":
      return "The work was in one pull request; reverting and delivering it";
    default:
      return lever satisfies never;
  }
}

function doing(lever: LeverKind): string {
  switch (lever) {
    case "retoggle":
      return "Changing a flag";
    case "rollback":
      return "Rolling back";
    case "revert":
      return "Reverting";
    default:
      return lever satisfies never;
  }
}

/** With one full stop at its end. */
export function closed(sentence: string): string {
  return /[.!?…]$/.test(sentence.trim()) ? sentence.trim() : `${sentence.trim()}.`;
}
