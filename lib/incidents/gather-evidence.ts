import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Restoration } from "@/lib/contracts/restoration";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import { findWayBacks } from "@/lib/rules/find-way-backs";
import type { KeptEvidence } from "./evidence-store";

/** Logs pasted into notes by the megabyte would make every look at the incident slow. */
const MOST_CHARACTERS = 300_000;
const TOLD = new Set<TimelineEntry["kind"]>(["note", "alert"]);

/**
 * What is known around an incident besides its Changes, from what was kept when it was last examined
 * and what people, alerts and Restorations have said since.
 */
export function gatherEvidence(about: {
  incident: Incident;
  kept: KeptEvidence | null;
  entries: TimelineEntry[];
  changes: Change[];
  /** Of this incident, and earlier ones on its services. */
  restorations: Restoration[];
}): IncidentEvidence {
  const { incident, kept, entries, changes, restorations } = about;
  const signals = (kept?.traces ?? []).flatMap(
    ({ service, threshold, harmWhen, points, readAt }) =>
      readAt === null ? [] : { service, threshold, harmWhen, points },
  );
  const told = entries.filter(({ kind }) => TOLD.has(kind)).map(({ text }) => text);
  return {
    signals,
    texts: upTo(MOST_CHARACTERS, [incident.title, ...(kept?.alertTexts ?? []), ...told.reverse()]),
    unhealthy: kept?.unhealthy ?? [],
    wayBacks: findWayBacks({
      changes,
      restorations,
      signals: signals.filter(({ service }) => incident.services.includes(service)),
    }),
  };
}

/** The first texts that are together no longer than this, each once. */
function upTo(characters: number, texts: string[]): string[] {
  let left = characters;
  return [...new Set(texts)].filter((text) => {
    left -= text.length;
    return left >= 0;
  });
}
