import { type Chance, createChance } from "./chance.ts";
import { FIRST_YEAR } from "./first-year.ts";
import { LATELY } from "./lately.ts";
import type { PastIncident } from "./past-incident.ts";
import { SECOND_YEAR } from "./second-year.ts";

/** An incident with its times, milliseconds since the epoch; a lever's are null without one. */
export type DatedIncident = PastIncident & {
  number: number;
  /** The last weeks: not resolved long ago, and their retros aren't published. */
  isRecent: boolean;
  changedAt: number;
  harmAt: number;
  alertAt: number | null;
  declaredAt: number;
  /** A first lever was pulled and did not help. */
  hadFirstTry: boolean;
  wasAdviceFollowed: boolean;
  pressedAt: number | null;
  acceptedAt: number | null;
  inEffectAt: number | null;
  restoredAt: number;
  resolvedAt: number;
  commander: string;
  responder: string;
  isDeclaredByAlert: boolean;
};

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** How long a signal had to stay good in those years. */
export const VERIFY = 3 * MINUTE;

export const PEOPLE = [
  ...["Mira Lindholm", "Ines Costa", "Tom Okafor", "Jun Sato", "Pia Brandt"],
  ...["Lotte Vermeer", "Sam Whitfield"],
] as [string, ...string[]];

/** Two years of incidents up to `now`, oldest first. The same past for the same moment. */
export function datedIncidents(now: number): DatedIncident[] {
  const chance = createChance(20_241_123);
  const past = [...FIRST_YEAR, ...SECOND_YEAR];
  const dated = past.map((incident, index) => {
    const share = index / (past.length - 1);
    const { days, spread } = daysAgoOf(index, past.length);
    const daysAgo = days + chance.between(-spread, spread);
    return dateOne(incident, index + 1, workday(now, daysAgo, chance), { chance, share, index });
  });
  const recently = [9.3, 4.2, 1.6].map((days) => now - days * DAY);
  const recent = LATELY.map((incident, index) => {
    const at = recently[index] ?? now - DAY;
    const about = { chance, share: 1, index: past.length + index };
    return { ...dateOne(incident, past.length + index + 1, at, about), isRecent: true };
  });
  return [...dated, ...recent];
}

/** The shop grew: of what is told, more lies in the last half year than in any before. */
const STRETCHES = [
  { until: 33, from: 726, to: 190, spread: 4 },
  { until: 45, from: 177, to: 96, spread: 1.2 },
  { until: Number.POSITIVE_INFINITY, from: 86, to: 17, spread: 1.2 },
];

function daysAgoOf(index: number, count: number): { days: number; spread: number } {
  let begins = 0;
  for (const { until, from, to, spread } of STRETCHES) {
    const ends = Math.min(until, count);
    if (index < ends) {
      const share = (index - begins) / Math.max(1, ends - begins - 1);
      return { days: from + (to - from) * share, spread };
    }
    begins = ends;
  }
  throw new Error(`There are only ${count} incidents.`);
}

/** Days ago, moved from most weekends to the Monday after, and into the hours when people ship. */
function workday(now: number, daysAgo: number, chance: Chance): number {
  const day = new Date(now - daysAgo * DAY);
  day.setUTCHours(0, 0, 0, 0);
  const weekday = day.getUTCDay();
  const shift = weekday === 0 ? 1 : weekday === 6 ? 2 : 0;
  const moved = chance.next() < 0.85 ? shift * DAY : 0;
  return day.getTime() + moved + chance.between(7.5, 18.5) * HOUR;
}

function dateOne(
  incident: PastIncident,
  number: number,
  harmAt: number,
  { chance, share, index }: { chance: Chance; share: number; index: number },
): DatedIncident {
  const isDeclaredByAlert = incident.isDrill !== true && chance.next() < 0.65;
  const detect = chance.around(isDeclaredByAlert ? 2.4 * MINUTE : 7 * MINUTE, 2.2);
  const declared = harmAt + (incident.isDrill ? 0 : detect + chance.around(50 * SECOND, 2));
  const hadFirstTry = incident.lever === "rollback" && index % 11 === 5;
  const decide = deciding(incident, share, chance) + (hadFirstTry ? 9 * MINUTE : 0);
  const pressedAt = incident.lever === "none" ? null : declared + decide;
  const acceptedAt = pressedAt && pressedAt + acting(incident.lever, chance);
  const inEffectAt = acceptedAt && acceptedAt + takingEffect(incident.lever, chance);
  const restoredAt = inEffectAt
    ? inEffectAt + chance.between(8 * SECOND, 70 * SECOND)
    : declared + chance.around(75 * MINUTE, 2.4);
  const verifiedAt = restoredAt + VERIFY;
  const commander = chance.pick(PEOPLE);
  const others = PEOPLE.filter((name) => name !== commander) as [string, ...string[]];
  return {
    ...incident,
    number,
    isRecent: false,
    changedAt: harmAt - chance.around(6 * MINUTE, 2.5),
    harmAt,
    // Often an alert had come already when somebody declared it by hand.
    alertAt: !incident.isDrill && (isDeclaredByAlert || index % 4 !== 0) ? harmAt + detect : null,
    declaredAt: declared,
    hadFirstTry,
    wasAdviceFollowed: hadFirstTry || index % 9 !== 4,
    ...{ pressedAt, acceptedAt, inEffectAt, restoredAt },
    resolvedAt: verifiedAt + chance.between(0.7, 26) * HOUR,
    commander,
    responder: chance.pick(others),
    isDeclaredByAlert,
  };
}

/** Rollbacks were argued about in the first year; drills and the card made them quick. */
function deciding({ lever, isDrill }: PastIncident, share: number, chance: Chance): number {
  if (isDrill) return chance.around(4 * MINUTE, 1.5);
  switch (lever) {
    case "rollback":
      return chance.around((22 - 18 * share) * MINUTE, 1.7);
    case "retoggle":
      return chance.around(5 * MINUTE, 1.8);
    case "revert":
      return chance.around(13 * MINUTE, 1.7);
    case "none":
      return 0;
    default:
      return lever satisfies never;
  }
}

function acting(lever: PastIncident["lever"], chance: Chance): number {
  return chance.around(lever === "revert" ? 6 * SECOND : 0.9 * SECOND, 1.8);
}

function takingEffect(lever: PastIncident["lever"], chance: Chance): number {
  switch (lever) {
    case "retoggle":
      return chance.around(5.5 * SECOND, 1.5);
    case "rollback":
      return chance.around(105 * SECOND, 1.7);
    case "revert":
      return chance.around(31 * MINUTE, 1.6);
    case "none":
      return 0;
    default:
      return lever satisfies never;
  }
}
