import type { AdviceCard, Advised } from "./advice-card.ts";
import { iso, PAST_NAMESPACE, PAST_REPOSITORY, pastId } from "./change-row.ts";
import { type DatedIncident, MINUTE, SECOND, VERIFY } from "./dated-incident.ts";
import type { Culprit } from "./delivery-rows.ts";
import { FLAG_PLACE, flagState, type Ramp } from "./flag-rows.ts";
import type { EntryRow } from "./incident-rows.ts";
import type { RestorationNumbers } from "./restoration-numbers.ts";

export type ReceiptRow = { restorationNumber: number; at: string; sentence: string };
export type RestorationRow = {
  number: number;
  incidentNumber: number;
  lever: string;
  label: string;
  state: "verified" | "failed";
  by: string;
  plannedAt: string;
  acceptedAt: string;
  inEffectAt: string;
  endedAt: string;
  [column: string]: unknown;
};
export type RestorationRows = {
  restorations: RestorationRow[];
  receipts: ReceiptRow[];
  entries: EntryRow[];
};

type Pull = {
  number: number;
  advised: Advised;
  by: string;
  pressedAt: number;
  acceptedAt: number;
  inEffectAt: number;
  endedAt: number;
  goodSince: number | null;
  wasRecommended: boolean | null;
  putBackOf: number | null;
};

type Known = {
  card: AdviceCard;
  numbers: RestorationNumbers | undefined;
  suspect: { culprit: Culprit | null; ramp: Ramp | null };
};

/** The pulls of an incident with their receipts: one that didn't help, the one that did, a put-back. */
export function restorationRows(incident: DatedIncident, known: Known): RestorationRows {
  const { numbers } = known;
  const { pressedAt, acceptedAt, inEffectAt, restoredAt } = incident;
  const advised = known.card.levers.find(({ lever }) => lever === incident.lever);
  if (!numbers || !advised || pressedAt === null || acceptedAt === null || inEffectAt === null) {
    return { restorations: [], receipts: [], entries: [] };
  }
  const pulls: Pull[] = [];
  const flag = known.card.levers.find(({ lever }) => lever === "retoggle");
  if (numbers.first !== null && flag) {
    const at = pressedAt - 10 * MINUTE;
    pulls.push({
      ...{ number: numbers.first, advised: flag, by: incident.commander, pressedAt: at },
      ...{ acceptedAt: at + SECOND, inEffectAt: at + 6 * SECOND, endedAt: at + 9.2 * MINUTE },
      ...{ goodSince: null, wasRecommended: true, putBackOf: null },
    });
  }
  pulls.push({
    ...{ number: numbers.main, advised, by: incident.commander, pressedAt, acceptedAt, inEffectAt },
    ...{ endedAt: restoredAt + VERIFY, goodSince: restoredAt, putBackOf: null },
    wasRecommended:
      numbers.first !== null ? false : known.card.recommendation.lever === advised.lever,
  });
  if (numbers.putBack !== null) {
    const at = restoredAt + VERIFY + 4 * MINUTE;
    const took = inEffectAt - pressedAt;
    pulls.push({
      ...{ number: numbers.putBack, advised, by: incident.responder, pressedAt: at },
      ...{ acceptedAt: at + SECOND, inEffectAt: at + took, endedAt: at + took + VERIFY },
      ...{ goodSince: at + took, wasRecommended: null, putBackOf: numbers.main },
    });
  }
  const told = pulls.map((pull) => ofPull(incident, pull, known));
  return {
    restorations: told.map(({ row }) => row),
    receipts: told.flatMap(({ receipts }) => receipts),
    entries: told.flatMap(({ entries }) => entries),
  };
}

function ofPull(incident: DatedIncident, pull: Pull, { suspect, card }: Known) {
  const { number, advised, by, putBackOf } = pull;
  const label = putBackOf === null ? advised.label : `Put back R-${putBackOf}`;
  const isGood = pull.goodSince !== null;
  const failed = `It took effect and ${incident.service} stayed bad. This was not it: look at the next lever`;
  const effect = inEffectWords(incident, advised, suspect);
  const row: RestorationRow = {
    ...{ number, incidentNumber: incident.number, lever: advised.lever, target: advised.target },
    ...{ label, service: incident.service, state: isGood ? "verified" : "failed", by, putBackOf },
    suspectId: putBackOf === null ? card.suspectId : null,
    ...{ wasRecommended: pull.wasRecommended, pressKey: `past-press-${number}` },
    ...{ naturalKey: null, resource: resourceOf(incident, advised, suspect), instance: "past" },
    plan: planOf(incident, advised, suspect),
    ...{ plannedAt: iso(pull.pressedAt), askedAt: iso(pull.pressedAt) },
    ...{
      acceptedAt: iso(pull.acceptedAt),
      inEffectAt: iso(pull.inEffectAt),
      endedAt: iso(pull.endedAt),
    },
    ...{ stages: [], progress: null, goodSince: isGood ? iso(pull.goodSince ?? 0) : null },
    ...{ verifyForSeconds: VERIFY / SECOND, commands: [], url: null },
    failureCode: isGood ? null : "signal-stayed-bad",
    failureSentence: isGood ? null : `${failed}.`,
  };
  const end = isGood ? "Verified: the signal has been good for 3 min" : failed;
  const receipts = [
    { at: pull.pressedAt, sentence: `${by} asked: ${label}` },
    { at: pull.acceptedAt, sentence: acceptedWords(advised) },
    { at: pull.inEffectAt, sentence: effect },
    { at: pull.endedAt, sentence: end },
  ].map(({ at, sentence }) => ({ restorationNumber: number, at: iso(at), sentence }));
  const entry = (
    step: number,
    kind: EntryRow["kind"],
    at: number,
    text: string,
    who: string | null,
  ): EntryRow => ({
    ...{ id: pastId(4, number * 10 + step), incidentNumber: incident.number, kind, at: iso(at) },
    ...{ text, by: who, restorationId: `R-${number}`, naturalKey: null },
  });
  const entries = [
    entry(1, "lever", pull.pressedAt, `${by} pulled: ${label}`, by),
    entry(2, "restoration", pull.inEffectAt, `R-${number} in effect: ${effect}`, null),
    isGood
      ? entry(
          3,
          "restoration",
          pull.endedAt,
          `R-${number} verified: the signal has been good for 3 min`,
          null,
        )
      : entry(3, "restoration", pull.endedAt, `R-${number} did not help: ${failed}`, null),
  ];
  return { row, receipts, entries };
}

function acceptedWords({ lever, label, target }: Advised): string {
  switch (lever) {
    case "retoggle":
      return `Accepted: ${label}`;
    case "rollback":
      return "The cluster accepted the patch; a rollout begins";
    case "revert":
      return `Opened the revert of #${target && "number" in target ? target.number : ""}`;
    default:
      return lever satisfies never;
  }
}

function inEffectWords(
  { service }: DatedIncident,
  { lever }: Advised,
  { culprit, ramp }: Known["suspect"],
): string {
  switch (lever) {
    case "retoggle":
      return `Read back: ${ramp ? `${ramp.key} is on for ${ramp.from} %` : "new-totals is off"}; applications notice within 5 s`;
    case "rollback":
      return `All 3 pods run revision ${(culprit?.revision ?? 0) + 1}`;
    case "revert":
      return `${service} ${culprit?.revision ?? ""} → ${(culprit?.revision ?? 0) + 1} carries the revert and is complete`;
    default:
      return lever satisfies never;
  }
}

function resourceOf(
  { service }: DatedIncident,
  { lever, target }: Advised,
  { ramp, culprit }: Known["suspect"],
): string {
  if (lever === "rollback") return `cluster/${PAST_NAMESPACE}/${service}`;
  if (lever === "revert") return `github/${PAST_REPOSITORY}#${culprit?.merge.number ?? 0}`;
  const key = ramp?.key ?? (target && "key" in target ? target.key : "");
  return `${FLAG_PLACE.source}/${FLAG_PLACE.project}/${FLAG_PLACE.environment}/${key}`;
}

/** What the lever kept to be settled and put back by; the templates of the past are gone. */
function planOf(
  { service }: DatedIncident,
  { lever }: Advised,
  { ramp, culprit }: Known["suspect"],
): object {
  switch (lever) {
    case "retoggle":
      return {
        ...{ lever, seenFingerprint: "past", afterFingerprint: null, enabled: ramp !== null },
        before: ramp ? flagState(ramp.key, ramp.to) : null,
        after: ramp ? flagState(ramp.key, ramp.from) : null,
      };
    case "rollback":
      return {
        ...{ lever, uid: `${PAST_NAMESPACE}-${service}`, fromHash: "past", toHash: "past-before" },
        ...{ fromRevision: culprit?.revision ?? null, toRevision: culprit?.previousRevision ?? 0 },
      };
    case "revert":
      return { lever, head: "past", revertNumber: null, mergeCommit: null };
    default:
      return lever satisfies never;
  }
}
