import { createChance } from "./chance.ts";
import { iso, pastId } from "./change-row.ts";
import { DAY, type DatedIncident, HOUR, MINUTE, PEOPLE } from "./dated-incident.ts";
import type { ToldIncident } from "./incident-rows.ts";
import { ORDINARY_FOLLOW_UPS } from "./ordinary-follow-ups.ts";
import { customersWords, type Facts, retroFacts, span } from "./retro-facts.ts";
import { FIRST_RETROS } from "./retros-of-the-first-year.ts";
import { SECOND_RETROS } from "./retros-of-the-second-year.ts";
import { RECENT_RETROS } from "./retros-of-this-season.ts";
import { IN_REVIEW } from "./retros-to-come.ts";
import type { ToldFollowUp, ToldRetro } from "./told-retro.ts";

export type SectionName =
  | "summary"
  | "customers"
  | "went-well"
  | "was-hard"
  | "lucky"
  | "surprised";
export type FollowUpRow = {
  number: number;
  incidentNumber: number;
  title: string;
  owner: string;
  team: string;
  dueOn: string;
  kind: ToldFollowUp["kind"];
  state: "open" | "done";
  closedAt: string | null;
  createdBy: string;
  createdAt: string;
};

/** A retro with everything in it; `publishedAt` is null for one that is still being written. */
export type DatedRetro = {
  told: ToldIncident;
  facts: Facts;
  facilitator: string;
  scheduledFor: number;
  publishedAt: number | null;
  /** What people wrote, by section; a section that isn't here says what the draft says. */
  written: Partial<Record<SectionName, string>>;
  drafted: { summary: string; customers: string };
  factors: { id: string; text: string; subjects: string[] }[];
  followUps: FollowUpRow[];
};

const TOLD = [...FIRST_RETROS, ...SECOND_RETROS, ...RECENT_RETROS, IN_REVIEW];

/** The retros of the past: one for each incident but the newest two, which still have none. */
export function datedRetros(now: number, incidents: ToldIncident[]): DatedRetro[] {
  const chance = createChance(4_242);
  let numbered = 0;
  return incidents.flatMap((told): DatedRetro[] => {
    const { incident } = told;
    const text = TOLD.find(({ about }) => about === incident.title);
    if (incident.isRecent && text === undefined) return [];
    const scheduledFor = incident.isRecent
      ? nextMeeting(now)
      : meetingAfter(incident, chance.whole(2, 6));
    const publishedAt = incident.isRecent ? null : scheduledFor + chance.between(1, 27) * HOUR;
    const facts = retroFacts(incident);
    const others = PEOPLE.filter((name) => name !== incident.commander) as [string, ...string[]];
    const facilitator = chance.pick(others);
    const createdAt = publishedAt ?? now - DAY;
    const asked =
      text?.followUps ?? (incident.number % 2 === 0 ? [chance.pick(ORDINARY_FOLLOW_UPS)] : []);
    const followUps = asked.map((one): FollowUpRow => {
      numbered += 1;
      return followUpRow(one, { number: numbered, incident, createdAt, now, by: facilitator });
    });
    return [
      {
        ...{ told, facts, facilitator, scheduledFor, publishedAt, followUps },
        written: sectionsOf(incident, text),
        drafted: { summary: summaryOf(told), customers: customersWords(facts) },
        factors: (text?.factors ?? [incident.factor]).map((words, index) => ({
          id: pastId(5, incident.number * 10 + index),
          text: words,
          subjects:
            index === 0 && told.suspect.culprit ? [`change:${told.suspect.culprit.changeId}`] : [],
        })),
      },
    ];
  });
}

function sectionsOf(incident: DatedIncident, text: ToldRetro | undefined): DatedRetro["written"] {
  if (!text) return { "went-well": incident.wentWell };
  const all = {
    ...{ summary: text.summary, customers: text.customers, "went-well": text.wentWell },
    ...{ "was-hard": text.wasHard, lucky: text.lucky, surprised: text.surprised },
  };
  return Object.fromEntries(Object.entries(all).filter(([, words]) => words !== ""));
}

function summaryOf({ incident, pulls, suspect }: ToldIncident): string {
  const { service, severity, harmAt, restoredAt, changedAt } = incident;
  const kind = incident.isDrill ? "In a drill, " : "";
  const main = pulls.restorations.find(
    ({ state, putBackOf }) => state === "verified" && !putBackOf,
  );
  const title = suspect.ramp
    ? `${suspect.ramp.key} on for ${suspect.ramp.to} %`
    : suspect.culprit && `${suspect.culprit.title}, with ${suspect.culprit.merge.title}`;
  return [
    `${kind}${service} was hurt for ${span(restoredAt - harmAt)} (severity ${severity}).`,
    title ? `What was taken back had come ${span(harmAt - changedAt)} before: ${title}.` : "",
    main
      ? `${main.label} (R-${main.number}) restored it, in effect ${span(Date.parse(main.inEffectAt) - Date.parse(main.plannedAt))} after the press and verified by the signal.`
      : `It was restored without a lever. ${incident.change}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Early afternoon, some working days after it was over. */
function meetingAfter({ restoredAt }: DatedIncident, days: number): number {
  return workingDay(restoredAt + days * DAY);
}

function nextMeeting(now: number): number {
  return workingDay(now + DAY);
}

function workingDay(around: number): number {
  const day = new Date(around);
  day.setUTCHours(13, 0, 0, 0);
  const weekday = day.getUTCDay();
  return day.getTime() + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0) * DAY;
}

function followUpRow(
  { title, owner, team, kind, due, closed }: ToldFollowUp,
  about: { number: number; incident: DatedIncident; createdAt: number; now: number; by: string },
): FollowUpRow {
  const { createdAt, now } = about;
  const closedAt = closed === null ? null : createdAt + closed * DAY - 3 * HOUR + 17 * MINUTE;
  const isClosed = closedAt !== null && closedAt < now;
  // What has stayed open for long was given a later day; some of those days are past again.
  const late = closed === null ? dueOf(now, about.number) : createdAt + due * DAY;
  return {
    ...{ number: about.number, incidentNumber: about.incident.number, title, owner, team, kind },
    dueOn: iso(late).slice(0, 10),
    ...{ state: isClosed ? "done" : "open", closedAt: isClosed ? iso(closedAt) : null },
    ...{ createdBy: about.by, createdAt: iso(createdAt) },
  };
}

function dueOf(now: number, number: number): number {
  return now + ([-19, 12, -5, 26, 40, 9][number % 6] ?? 14) * DAY;
}
