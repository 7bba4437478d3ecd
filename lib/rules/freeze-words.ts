import type { Freeze } from "@/lib/contracts/freeze";
import type { Hold } from "@/lib/contracts/hold";
import { isOn } from "./freeze-holds";
import { clockInWords } from "./moment-words";

/** "checkout and basket", "checkout, basket and 3 more", "every service". */
export function frozenInWords(services: readonly string[]): string {
  const [first, second, ...rest] = services;
  if (first === undefined) return "every service";
  if (second === undefined) return first;
  if (rest.length === 0) return `${first} and ${second}`;
  if (rest.length === 1) return `${first}, ${second} and ${rest[0]}`;
  return `${first}, ${second} and ${rest.length} more`;
}

/** "15:00 UTC" */
export function untilInWords(until: string): string {
  return `${clockInWords(until)} UTC`;
}

/** What the gate does for a freeze: it is our own table, and holds as long as we answer. */
export function gateHold(
  freeze: Pick<Freeze, "id" | "services" | "until" | "thawedAt" | "createdAt">,
  now: Date,
): Hold {
  const on = isOn(freeze, now);
  const what = frozenInWords(freeze.services);
  return {
    id: `gate:${freeze.id}`,
    layer: "gate",
    source: null,
    subject: what,
    state: on ? "held" : "released",
    sentence: on
      ? `Pipelines that ask the gate before they deliver ${what} are told to wait until ${untilInWords(freeze.until)}.`
      : "Pipelines that ask the gate may deliver.",
    who: null,
    endsByItself: true,
    commands: [],
    url: null,
    at: on ? freeze.createdAt : (freeze.thawedAt ?? freeze.until),
    checkedAt: null,
  };
}

/** A hold as one freeze sees it: once that is over, what goes on for somebody else is no longer its own. */
export function holdOfFreeze(hold: Hold, isFreezeOn: boolean, others: string | null): Hold {
  if (isFreezeOn || others === null || hold.state === "released") return hold;
  return { ...hold, state: "released", sentence: `It goes on for ${others}.`, who: null };
}

/** Who couldn't be asked what else would deliver, and why. */
export type PlanProblem = { source: string; subject: string; sentence: string };

/** Holds that aren't there because it couldn't be found out what to hold, or because it isn't yet. */
export function holdsUnknown(
  freeze: Pick<Freeze, "id" | "createdAt">,
  problems: readonly PlanProblem[] | null,
): Hold[] {
  const common = { who: null, endsByItself: false, commands: [], url: null, checkedAt: null };
  if (problems === null) {
    return [
      {
        ...common,
        ...{ id: `plan:${freeze.id}`, layer: "kubernetes", source: null, state: "asked" },
        ...{ subject: "everything else that delivers", at: freeze.createdAt },
        sentence: "What else is to be held is being worked out.",
      },
    ];
  }
  return problems.map(({ source, subject, sentence }, index) => ({
    ...common,
    ...{ id: `plan:${freeze.id}:${index}`, layer: "kubernetes", source, state: "not-held" },
    ...{ subject: `who keeps ${subject} as it is`, at: freeze.createdAt },
    sentence: `${sentence} Whether a GitOps controller delivers it isn’t known; it is asked again.`,
  }));
}
