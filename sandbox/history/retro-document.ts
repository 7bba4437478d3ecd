import { iso } from "./change-row.ts";
import { type DatedIncident, VERIFY } from "./dated-incident.ts";
import type { ToldIncident } from "./incident-rows.ts";
import { span } from "./retro-facts.ts";
import type { DatedRetro, SectionName } from "./retro-rows.ts";

const SECTIONS: SectionName[] = [
  ...(["summary", "customers", "went-well", "was-hard", "lucky", "surprised"] as const),
];

/** A retro as it was published, with roles for names: all that is shown, printed and exported. */
export function retroDocument(retro: DatedRetro, receiptId: (index: number) => number): object {
  const { told, publishedAt, written, drafted, followUps } = retro;
  const { incident } = told;
  const say = sayer(incident);
  const at = iso(publishedAt ?? incident.restoredAt);
  return {
    incident: incidentOf(told, say),
    people: [
      { role: "the commander", name: null },
      { role: "responder 1", name: null },
    ],
    impact: { from: iso(incident.harmAt), to: iso(incident.restoredAt) },
    response: { from: iso(incident.alertAt ?? incident.declaredAt), to: iso(incident.resolvedAt) },
    phases: phasesOf(incident),
    alternatives: alternativesOf(told),
    advice: adviceOf(told),
    looseEnds: looseEndsOf(told, at),
    timeline: timelineOf(told, say, receiptId),
    sections: SECTIONS.map((name) => {
      const text = written[name];
      const draft = name === "summary" || name === "customers" ? drafted[name] : "";
      return text === undefined
        ? { name, text: draft, revision: 0, isDrafted: true, editedBy: null, editedAt: null }
        : { name, text, revision: 1, isDrafted: false, editedBy: "Responder 1", editedAt: at };
    }),
    factors: retro.factors.map((factor) => ({ ...factor, version: 1 })),
    followUps: followUps.map(
      ({ number, incidentNumber, title, owner, team, dueOn, kind, createdAt }) => ({
        ...{
          id: `FOL-${number}`,
          incidentId: `INC-${incidentNumber}`,
          title,
          owner,
          team,
          dueOn,
          kind,
        },
        // As it stood on that day.
        ...{ state: "open", closedAt: null, issue: null, createdAt, version: 1 },
      }),
    ),
  };
}

/** Roles for the names of those who took part. */
function sayer({ commander, responder }: DatedIncident): (text: string) => string {
  return (text) => text.replaceAll(commander, "The commander").replaceAll(responder, "Responder 1");
}

function incidentOf({ incident, row }: ToldIncident, say: (text: string) => string): object {
  const { number, ...columns } = { number: incident.number, ...row };
  return {
    ...columns,
    id: `INC-${number}`,
    commander: say(incident.commander),
    declaredBy: say(incident.isDeclaredByAlert ? "Alertmanager" : incident.commander),
    status: "resolved",
  };
}

function phasesOf(incident: DatedIncident): object[] {
  const { harmAt, alertAt, declaredAt, pressedAt, acceptedAt, inEffectAt, restoredAt } = incident;
  const verifiedAt = pressedAt === null ? null : restoredAt + VERIFY;
  const phase = (name: string, from: number | null, to: number | null) => ({
    ...{ name, from: from && iso(from), to: to && iso(to) },
    ms: from === null || to === null ? null : to - from,
  });
  return [
    phase("detect", harmAt, alertAt ?? declaredAt),
    phase("declare", alertAt ?? declaredAt, declaredAt),
    phase("decide", declaredAt, pressedAt),
    phase("act", pressedAt, acceptedAt),
    phase("take-effect", acceptedAt, inEffectAt),
    phase("verify", inEffectAt, verifiedAt),
  ];
}

function alternativesOf({ pulls, advice, incident }: ToldIncident): object[] {
  if (!advice || incident.lever === "none") return [];
  const recommended = advice.card.recommendation.lever;
  return advice.card.levers.map((looked) => {
    const pulled = pulls.restorations.findLast(
      ({ lever, putBackOf }) => lever === looked.lever && putBackOf === null,
    );
    const wasRecommended = recommended === looked.lever;
    if (pulled) {
      const ms = Date.parse(pulled.inEffectAt) - Date.parse(pulled.plannedAt);
      const took = `took ${span(ms)} from the press until in effect`;
      const sentence =
        pulled.state === "verified"
          ? `${pulled.label} (R-${pulled.number}) was pulled: it ${took}.`
          : `${pulled.label} (R-${pulled.number}) ${took} and did not help.`;
      return {
        ...{ lever: looked.lever, label: pulled.label, wasPulled: true, wasRecommended },
        ...{ couldBePulled: true, ms, isMeasured: true, sentence },
      };
    }
    const could = looked.target !== null;
    return {
      ...{ lever: looked.lever, label: looked.label, wasPulled: false, wasRecommended },
      ...{ couldBePulled: could, ms: could ? looked.estimate.p50Ms : null, isMeasured: false },
      sentence: could
        ? `${looked.label} would have taken about ${span(looked.estimate.p50Ms)}.`
        : `It was not possible: ${looked.blockers[0]?.sentence ?? "there was nothing to pull it on."}`,
    };
  });
}

function adviceOf({ advice, pulls }: ToldIncident): object | null {
  const [first] = pulls.restorations;
  if (!advice || !first) return null;
  const { lever, because } = advice.card.recommendation;
  const wasFollowed = lever === first.lever;
  const wasRight = wasFollowed ? first.state === "verified" : null;
  const outcome =
    wasRight === null
      ? "so nobody can say whether it would have helped"
      : wasRight
        ? "and it helped"
        : "and it did not help";
  const done = wasFollowed ? "was done" : "was not done";
  return {
    lever,
    because,
    wasFollowed,
    wasRight,
    sentence: `What was recommended ${done}, ${outcome}.`,
  };
}

/** What was open on the day, and what was closed by then. */
function looseEndsOf({ pulls, incident, suspect }: ToldIncident, on: string): object[] {
  const main = pulls.restorations.find(({ state }) => state === "verified");
  if (!main || incident.lever === "revert") return [];
  const overtaken = suspect.culprit?.overtaken;
  const closed = overtaken && overtaken.at < on ? overtaken : null;
  const isFlag = incident.lever === "retoggle";
  return [
    {
      kind: isFlag ? "flag-left-off" : "older-version",
      sentence: isFlag
        ? `The flag ${suspect.ramp?.key ?? ""} was left as it was before the change, in production.`
        : `${incident.service} was left on an older version.`,
      ...{
        restorationId: `R-${main.number}`,
        openedAt: main.inEffectAt,
        closedAt: closed?.at ?? null,
        closedBy: closed?.title ?? null,
      },
    },
  ];
}

function timelineOf(
  { entries, pulls, suspect, incident }: ToldIncident,
  say: (text: string) => string,
  receiptId: (index: number) => number,
): object[] {
  const item = (subject: string, kind: string, at: string, text: string, by: string | null) => ({
    ...{ subject, kind, at, originalAt: null, text: say(text), originalText: null },
    ...{
      by: by === null ? null : say(by),
      source: null,
      url: null,
      shown: "kept",
      isCurated: false,
    },
    ...{ merged: [], note: null, known: null, attachments: [], version: 0 },
  });
  const id = suspect.ramp?.changeId ?? suspect.culprit?.changeId;
  const title = suspect.ramp
    ? `${suspect.ramp.key} on for ${suspect.ramp.from} % → on for ${suspect.ramp.to} %`
    : suspect.culprit?.title;
  return [
    ...(id && title ? [item(`change:${id}`, "change", iso(incident.changedAt), title, null)] : []),
    ...entries.map((one) => item(`entry:${one.id}`, one.kind, one.at, one.text, one.by)),
    ...pulls.receipts.map((one, index) => ({
      ...item(`receipt:${receiptId(index)}`, "receipt", one.at, one.sentence, null),
      shown: "hidden",
    })),
  ].sort((a, b) => a.at.localeCompare(b.at));
}
