import { type AdviceCard, adviceCard } from "./advice-card.ts";
import { createChance } from "./chance.ts";
import { iso, pastId } from "./change-row.ts";
import { DAY, type DatedIncident, MINUTE, SECOND, VERIFY } from "./dated-incident.ts";
import type { Culprit } from "./delivery-rows.ts";
import type { Ramp } from "./flag-rows.ts";
import { noteOf } from "./notes.ts";
import type { RestorationNumbers } from "./restoration-numbers.ts";
import { type RestorationRows, restorationRows } from "./restoration-rows.ts";

export type EntryRow = {
  id: string;
  incidentNumber: number;
  kind: "harm" | "alert" | "declare" | "correction" | "note" | "lever" | "restoration" | "status";
  at: string;
  text: string;
  by: string | null;
  restorationId: string | null;
  naturalKey: string | null;
};

export type AdviceRow = {
  incidentNumber: number;
  suspectId: string;
  digest: string;
  card: AdviceCard;
  at: string;
};

/** All rows that tell one incident, and what its retro needs of them. */
export type ToldIncident = {
  incident: DatedIncident;
  row: object;
  entries: EntryRow[];
  advice: AdviceRow | null;
  pulls: RestorationRows;
  suspect: { culprit: Culprit | null; ramp: Ramp | null };
};

export const TITLES: Record<DatedIncident["service"], string> = {
  ...{ storefront: "Storefront", catalog: "Catalog", checkout: "Checkout", payments: "Payments" },
};

/** Tells incidents as the console writes them down while they happen. */
export function incidentRows(
  now: number,
  incidents: DatedIncident[],
  known: {
    numbers: Map<number, RestorationNumbers>;
    culprits: Map<number, Culprit>;
    ramps: Map<number, Ramp>;
  },
): ToldIncident[] {
  const chance = createChance(1_789);
  return incidents.map((incident) => {
    const suspect = {
      culprit: known.culprits.get(incident.number) ?? null,
      ramp: known.ramps.get(incident.number) ?? null,
    };
    const card = adviceCard(incident, suspect, chance);
    const pulls = restorationRows(incident, {
      card,
      numbers: known.numbers.get(incident.number),
      suspect,
    });
    const hasCard = card.suspectId !== "";
    return {
      ...{ incident, pulls, suspect, row: rowOf(incident, now) },
      entries: [...entriesOf(incident, now), ...pulls.entries].sort((a, b) =>
        a.at.localeCompare(b.at),
      ),
      advice: hasCard
        ? {
            ...{ incidentNumber: incident.number, suspectId: card.suspectId, card },
            ...{ digest: `past-${incident.number}`, at: iso(incident.declaredAt + 9 * SECOND) },
          }
        : null,
    };
  });
}

export const isResolved = (incident: DatedIncident, now: number) => incident.resolvedAt < now;

function rowOf(incident: DatedIncident, now: number): object {
  const { number, title, severity, service, commander, harmAt, declaredAt, restoredAt } = incident;
  const done = incident.isRecent ? "resolved" : "reviewed";
  return {
    ...{ number, title, severity, services: [service], commander },
    status: isResolved(incident, now) ? done : "restored",
    origin: incident.isDeclaredByAlert ? "alertmanager" : "person",
    declaredBy: incident.isDeclaredByAlert ? "Alertmanager" : commander,
    ...{ declaredAt: iso(declaredAt), harmBeganAt: iso(harmAt), restoredAt: iso(restoredAt) },
    harmBeganFrom: incident.isDrill ? "declaration" : "signal",
    resolvedAt: isResolved(incident, now) ? iso(incident.resolvedAt) : null,
    ...{ isDrill: incident.isDrill ?? false, version: 4 },
  };
}

function entriesOf(incident: DatedIncident, now: number): EntryRow[] {
  const { number, commander, responder, severity, service, title } = incident;
  let count = 0;
  const entry = (
    kind: EntryRow["kind"],
    at: number,
    text: string,
    by: string | null = null,
  ): EntryRow => {
    count += 1;
    const id = pastId(3, number * 100 + count);
    return {
      id,
      incidentNumber: number,
      kind,
      at: iso(at),
      text,
      by,
      restorationId: null,
      naturalKey: null,
    };
  };
  const id = `INC-${number}`;
  const name = `${TITLES[service]}Errors`;
  const declarer = incident.isDeclaredByAlert ? "Alertmanager" : commander;
  const entries = [
    incident.isDrill
      ? entry("harm", incident.harmAt, "A drill: it counts from the declaration")
      : entry(
          "harm",
          incident.harmAt,
          `Harm began: Failed requests of ${TITLES[service]} left its threshold`,
        ),
    entry(
      "declare",
      incident.declaredAt,
      `${declarer} declared ${id}, severity ${severity}${incident.isDrill ? ", as a drill" : ""}`,
      declarer,
    ),
  ];
  if (incident.alertAt !== null) {
    const alert = (state: string, at: number, text: string) => ({
      ...entry("alert", at, `${name} ${text}: ${title}`),
      naturalKey: `alert:${number}:past-${number}:${state}:${iso(at)}`,
    });
    entries.push(
      alert("firing", incident.alertAt, "fires"),
      alert("resolved", incident.restoredAt + 2 * MINUTE, "stopped firing"),
    );
  }
  if (incident.isDeclaredByAlert) {
    entries.push(
      entry(
        "correction",
        incident.declaredAt + 40 * SECOND,
        `${commander} took command`,
        commander,
      ),
    );
  }
  const note = noteOf(incident);
  if (note) entries.push(entry("note", incident.declaredAt + 75 * SECOND, note, responder));
  if (incident.lever === "none") {
    entries.push(
      entry("note", incident.restoredAt - 6 * MINUTE, `${incident.change}.`, responder),
      entry(
        "status",
        incident.restoredAt,
        `${commander} says that customers are no longer hurt`,
        commander,
      ),
    );
  } else {
    entries.push(
      entry(
        "status",
        incident.restoredAt + VERIFY,
        `${id} is restored: customers are no longer hurt`,
      ),
    );
  }
  if (isResolved(incident, now)) {
    entries.push(entry("status", incident.resolvedAt, `${commander} resolved it`, commander));
  }
  return entries.filter(({ at }) => Date.parse(at) < now + DAY);
}
