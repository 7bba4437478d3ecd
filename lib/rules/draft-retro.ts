import type { RecordedAdvice } from "@/lib/contracts/advice";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import type { RetroDocument, RetroSectionName } from "@/lib/contracts/retro";
import type { RetroFacts } from "@/lib/contracts/retro-facts";
import type { Service } from "@/lib/contracts/service";
import type { Suspect } from "@/lib/contracts/suspect";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import { draftTimeline, type NumberedReceipt } from "./draft-timeline";
import { findLooseEnds, looseEndOfRetro } from "./find-loose-ends";
import { type LeftOpen, NOTHING_ELSE } from "./find-loose-ends/facts";
import { recoveryPhases, restoringOf } from "./recovery-phases";
import { reviewAdvice } from "./review-advice";
import { pressesOf, weighAlternatives } from "./weigh-alternatives";
import { writeCustomers, writeSummary } from "./write-summary";

export type DraftInput = {
  incident: Incident;
  /** Services of the incident that are still known; others go by their names. */
  services: readonly Service[];
  entries: readonly TimelineEntry[];
  restorations: readonly Restoration[];
  receipts: readonly NumberedReceipt[];
  /** Changes before and during the incident, and what they carry. */
  changes: readonly Change[];
  /** Later changes of what Restorations acted on, and merges that may close a revert. */
  later: readonly Change[];
  /** What else was left open: freezes, paused owners, overrides; nothing when nobody says. */
  left?: LeftOpen;
  /** Ranked, strongest first. */
  suspects: readonly Suspect[];
  /** Oldest first. */
  advice: readonly RecordedAdvice[];
  facts: RetroFacts;
};

/** What the receipts alone say. Names of people stand in it as they were recorded. */
export type RetroDraft = Pick<
  RetroDocument,
  "impact" | "response" | "phases" | "alternatives" | "advice" | "looseEnds" | "timeline"
> & { sections: Record<RetroSectionName, string> };

/** Drafts a retro from receipts: judgement only, nothing is read and nobody is asked. */
export function draftRetro(input: DraftInput): RetroDraft {
  const { incident } = input;
  const restorations = input.restorations.toSorted(
    (a, b) => Date.parse(a.plannedAt) - Date.parse(b.plannedAt) || a.id.localeCompare(b.id),
  );
  const restoring = restoringOf(incident, restorations);
  const firstAlertAt = firstAlertOf(input.entries);
  const looseEnds = findLooseEnds({
    ...(input.left ?? NOTHING_ELSE),
    incidentId: incident.id,
    restorations,
    changes: [...input.changes, ...input.later],
  }).map(looseEndOfRetro);
  const suspect = suspectOf(input, restoring ?? pressesOf(restorations).at(-1) ?? null);
  const closings = new Set(looseEnds.map(({ closedAt, closedBy }) => `${closedAt} ${closedBy}`));
  const changes = new Map([...input.changes, ...input.later].map((one) => [one.id, one]));
  const closing = input.later.filter(({ at, title }) => closings.has(`${at} ${title}`));
  return {
    impact: { from: incident.harmBeganAt, to: incident.restoredAt },
    response: responseOf(incident, firstAlertAt, restoring),
    phases: recoveryPhases({ incident, firstAlertAt, restorations }),
    alternatives: weighAlternatives({
      restorations,
      advice: input.advice,
      decisive: restoring ?? pressesOf(restorations).at(-1) ?? null,
    }),
    advice: reviewAdvice({ restorations, advice: input.advice }),
    looseEnds,
    timeline: draftTimeline({
      incident,
      entries: input.entries,
      restorations,
      receipts: input.receipts,
      changes: [...changes.values()],
      suspected: new Set(suspect ? [suspect.head, ...suspect.linked].map(({ id }) => id) : []),
      closing: new Set(closing.map(({ id }) => id)),
    }),
    sections: {
      summary: writeSummary({
        incident,
        services: incident.services.map(
          (name) => input.services.find((service) => service.name === name)?.title ?? name,
        ),
        restorations,
        restoring,
        firstAlertAt,
        suspect,
      }),
      customers: writeCustomers({
        signals: input.facts.signals,
        withoutSignal: withoutSignal(input),
      }),
      "went-well": "",
      "was-hard": "",
      lucky: "",
      surprised: "",
    },
  };
}

/** When the first alert began to fire; null without one. */
function firstAlertOf(entries: readonly TimelineEntry[]): string | null {
  const alerts = entries.filter(({ kind, text }) => kind === "alert" && !isEnd(text));
  return alerts.map(({ at }) => at).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

function isEnd(text: string): boolean {
  return /^[^:]* stopped firing(:|$)/.test(text);
}

/** From the first sign until it was closed; restored but never closed: until that was verified. */
function responseOf(
  incident: Incident,
  firstAlertAt: string | null,
  restoring: Restoration | null,
): RetroDocument["response"] {
  const isAlertFirst =
    firstAlertAt !== null && Date.parse(firstAlertAt) < Date.parse(incident.declaredAt);
  const from = isAlertFirst ? firstAlertAt : incident.declaredAt;
  const ends = [incident.restoredAt, incident.restoredAt && restoring?.endedAt].flatMap(
    (at) => at ?? [],
  );
  const last = ends.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null;
  return { from, to: incident.resolvedAt ?? last };
}

function suspectOf(input: DraftInput, press: Restoration | null) {
  const id = press?.suspectId ?? input.suspects[0]?.id;
  const all = new Map(input.changes.map((change) => [change.id, change]));
  const head = id ? all.get(id) : undefined;
  if (!head) return null;
  const ranked = input.suspects.find((suspect) => suspect.id === id);
  const linked = (ranked?.changeIds ?? head.carries).filter((other) => other !== id);
  return {
    head,
    linked: linked
      .flatMap((other) => all.get(other) ?? [])
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    wasActedOn: press?.suspectId === head.id,
  };
}

function withoutSignal({ incident, services, facts }: DraftInput): string[] {
  const told = new Set(facts.signals.map(({ service }) => service));
  return incident.services
    .filter((name) => !told.has(name))
    .map((name) => services.find((service) => service.name === name)?.title ?? name);
}
