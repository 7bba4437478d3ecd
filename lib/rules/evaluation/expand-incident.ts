import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { LeverKind, LeverPreview } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { SuspectInput } from "@/lib/rules/rank-suspects";
import { changeIdOf, expandChanges } from "./expand-changes";
import { expandLevers } from "./expand-levers";
import { expandSignal } from "./expand-signal";
import { fillAround } from "./fill-around";
import type { CaseChange, IncidentCase } from "./incident-case";
import { seeded } from "./seeded";

const MINUTE_MS = 60_000;
/** 2027-03-02, 14:00 UTC; each case begins within a few days of it. */
const FIRST_HARM_AT = Date.UTC(2027, 2, 2, 14);

/** A case turned into what the rules are asked in an incident. */
export type ExpandedIncident = {
  input: SuspectInput;
  /** The true start of harm, milliseconds since the epoch. */
  harmAt: number;
  /** Id of the change that did it; null when none did. */
  culpritId: string | null;
  /** The case's own name of a change; null of everyday ones. */
  shortNameOf(id: string): string | null;
  leversOf(suspect: { id: string; changeIds: string[] }): LeverPreview[];
  failedOf(suspectId: string): LeverKind[];
};

/** Throws when the case speaks of a change that it doesn't have. */
export function expandIncident(incident: IncidentCase): ExpandedIncident {
  const harmAt = harmAtOf(incident);
  const now = harmAt + incident.now * MINUTE_MS;
  const all = [...incident.changes, ...fillAround(incident)];
  const changes = expandChanges(incident, all, harmAt).filter((one) => Date.parse(one.at) <= now);
  const byId = new Map(changes.map((one) => [one.id, one]));
  const shortNames = new Map(
    namesOf(incident.changes).map((name) => [changeIdOf(incident, name), name]),
  );
  const { culprit } = incident.truth;
  if (culprit !== "none") refuseUnknown(incident, [culprit], byId);
  refuseUnknown(incident, Object.keys(incident.levers), byId);
  refuseUnknown(incident, Object.keys(incident.failed), byId);
  return {
    input: {
      changes,
      affected: incident.affected,
      services: servicesOf(incident),
      harmBeganAt: harmAt + Math.round(incident.told.at * MINUTE_MS),
      harmBeganFrom: incident.told.from,
      evidence: evidenceOf(incident, harmAt),
      now,
    },
    harmAt,
    culpritId: culprit === "none" ? null : changeIdOf(incident, culprit),
    shortNameOf: (id) => shortNames.get(id) ?? null,
    leversOf: (suspect) => {
      const head = byId.get(suspect.id);
      if (!head) return [];
      const linked = suspect.changeIds.flatMap((id) => {
        const one = id === suspect.id ? undefined : byId.get(id);
        return one ? [one] : [];
      });
      const shortName = shortNames.get(suspect.id) ?? null;
      return expandLevers(incident, { head, linked, shortName }, new Date(now).toISOString());
    },
    failedOf: (id) => incident.failed[shortNames.get(id) ?? ""] ?? [],
  };
}

function harmAtOf({ id }: IncidentCase): number {
  return FIRST_HARM_AT + Math.floor(seeded(`${id}/when`)() * 6_000) * MINUTE_MS;
}

/** Names that a case gives to its changes, those under a deploy included. */
function namesOf(changes: CaseChange[]): string[] {
  return changes.flatMap((one) =>
    "deploy" in one
      ? [one.id, ...one.merges.map((merge, index) => merge.id ?? `${one.id}.${index + 1}`)]
      : [one.id],
  );
}

function refuseUnknown(incident: IncidentCase, names: string[], byId: Map<string, Change>): void {
  const unknown = names.find((name) => !byId.has(changeIdOf(incident, name)));
  if (unknown) {
    throw new Error(`${incident.id} speaks of a change "${unknown}" that it doesn't have by then.`);
  }
}

function servicesOf(incident: IncidentCase): Service[] {
  return Object.entries(incident.services).map(([name, service]) => {
    const signal = incident.signals.find((one) => one.of === name);
    return {
      name,
      title: name,
      team: null,
      deployments: [{ source: "cluster", namespace: "production", name }],
      repository: {
        ...{ source: "code", name: service.repository ?? `acme/${name}`, branch: "main" },
        ...{ paths: service.paths, migrations: ["db/migrate/"] },
      },
      flags: { source: "flags", project: "default", environment: "production" },
      signal: signal
        ? {
            ...{ source: "metrics", title: `${name} signal`, query: `signal_of_${name}` },
            ...{ unit: signal.unit, threshold: signal.threshold, harmWhen: signal.harmWhen },
            verifyForSeconds: 180,
          }
        : null,
      dependsOn: service.dependsOn,
      mayBeDrilled: false,
      origin: "file",
    };
  });
}

function evidenceOf(incident: IncidentCase, harmAt: number): IncidentEvidence {
  const timeOf = (minute: number) =>
    new Date(harmAt + Math.round(minute * MINUTE_MS)).toISOString();
  const context = { seed: incident.id, harmAt, now: incident.now };
  return {
    signals: incident.signals.map((signal) => expandSignal(signal, context)),
    texts: incident.texts,
    unhealthy: incident.unhealthy.map(({ deployment, since, sentence }) => ({
      ...{ source: "cluster", namespace: "production", deployment },
      ...{ since: timeOf(since), sentence },
    })),
    wayBacks: incident.wayBacks.map(({ change, at, by, helped }) => ({
      ...{ changeId: changeIdOf(incident, change), at: timeOf(at), by, helped },
    })),
  };
}
