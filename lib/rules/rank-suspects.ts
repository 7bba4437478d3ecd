import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Onset, Ranking } from "@/lib/contracts/suspect";
import { flagChangeInWords } from "@/lib/rules/flag-words";
import { settingsChanged } from "./settings-changed";

export type SuspectInput = {
  changes: Change[];
  /** The incident's services, by name. */
  affected: string[];
  services: Service[];
  /** Start of harm as the incident has it, milliseconds since the epoch, and who says so. */
  harmBeganAt: number;
  harmBeganFrom: Onset["from"];
  evidence: IncidentEvidence;
  /** Milliseconds since the epoch. */
  now: number;
};

type Scored = { change: Change; linked: Change[]; weight: number; reasons: string[] };

const HOUR_MS = 3_600_000;
/** Half of what closeness gives is gone after this long. */
const HALF_LIFE_MS = HOUR_MS / 3;
/** How far a clock or a scrape may be off: a change this much after harm may still precede it. */
const TOLERANCE_MS = 15_000;
const OUTSIDE_WEIGHT = 0.05;

/**
 * Orders what could have caused the harm: before it began, on an affected service or one it depends
 * on, the closer in time the stronger. Changes after harm began, in other environments, our own
 * Restorations, and merges that no deploy carries are left out. A merge carried by a deploy belongs
 * to that deploy's suspect; so does a flag the merge touches to the flag's own suspect.
 */
export function rankSuspects(input: SuspectInput): Ranking {
  const byId = new Map(input.changes.map((change) => [change.id, change]));
  const relations = relationTo(input.affected, input.services);
  const scored: Scored[] = [];
  for (const change of input.changes) {
    if (!couldHaveCaused(change, input)) continue;
    const one = score(change, byId, relations, input);
    if (one) scored.push(one);
  }
  scored.sort((a, b) => b.weight - a.weight || b.change.at.localeCompare(a.change.at));
  const total = scored.reduce((sum, one) => sum + one.weight, OUTSIDE_WEIGHT);
  const suspects = scored.map(({ change, linked, weight, reasons }) => ({
    id: change.id,
    title: change.title,
    changeIds: [change.id, ...linked.map((other) => other.id)],
    services: change.services,
    evidence: reasons.map((sentence) => ({ sentence, logOdds: 0 })),
    probability: weight / total,
  }));
  return {
    onset: {
      at: input.harmBeganAt,
      earliest: input.harmBeganAt - TOLERANCE_MS,
      latest: input.harmBeganAt + TOLERANCE_MS,
      from: input.harmBeganFrom,
      sentence: "As the incident says.",
    },
    suspects,
    noRecentChange: { probability: OUTSIDE_WEIGHT / total, evidence: [] },
  };
}

function couldHaveCaused(change: Change, input: SuspectInput): boolean {
  if (Date.parse(change.at) > input.harmBeganAt + TOLERANCE_MS) return false;
  switch (change.details.kind) {
    case "merge":
      return false;
    case "deploy":
      return change.details.restorationId === null && change.details.previousRevision !== null;
    case "flag":
      return (
        change.details.restorationId === null &&
        change.details.action !== "created" &&
        inAffectedEnvironment(change, input.services)
      );
    case "config":
      return true;
    default:
      return change.details satisfies never;
  }
}

function inAffectedEnvironment(change: Change, services: Service[]): boolean {
  const details = change.details;
  if (details.kind !== "flag") return true;
  return services.some(
    (service) =>
      service.flags?.source === change.source &&
      service.flags.project === details.project &&
      service.flags.environment === details.environment,
  );
}

type Relation = { weight: number; words: string };

function relationTo(affected: string[], services: Service[]): Map<string, Relation> {
  const relations = new Map<string, Relation>();
  for (const name of affected)
    relations.set(name, { weight: 1, words: `on ${name}, which is hurt` });
  for (const name of affected) {
    const service = services.find((candidate) => candidate.name === name);
    for (const dependency of service?.dependsOn ?? []) {
      if (!relations.has(dependency)) {
        relations.set(dependency, {
          weight: 0.35,
          words: `on ${dependency}, which ${name} depends on`,
        });
      }
    }
  }
  return relations;
}

function score(
  change: Change,
  byId: Map<string, Change>,
  relations: Map<string, Relation>,
  input: SuspectInput,
): Scored | null {
  const related = change.services
    .flatMap((name) => relations.get(name) ?? [])
    .sort((a, b) => b.weight - a.weight)[0];
  if (!related) return null;
  const before = input.harmBeganAt - liveAt(change, input.harmBeganAt);
  const closeness = 0.5 ** (Math.max(0, before) / HALF_LIFE_MS);
  const linked = linkedTo(change, byId, input.changes);
  const guarding = change.details.kind === "flag" ? flagWeight(change) : 1;
  const reasons = [`${distanceInWords(before)}, ${related.words}.`, ...kindReasons(change, linked)];
  return { change, linked, weight: closeness * related.weight * guarding, reasons };
}

/** A rollout in progress when harm began is judged by when it began to serve, which is its `at`. */
function liveAt(change: Change, harmBeganAt: number): number {
  return Math.min(Date.parse(change.at), harmBeganAt + 60_000);
}

/** Turning something off less often hurts than widening it. */
function flagWeight(change: Change): number {
  if (change.details.kind !== "flag") return 1;
  return change.details.action === "off" ? 0.8 : 1.1;
}

function linkedTo(change: Change, byId: Map<string, Change>, all: Change[]): Change[] {
  if (change.details.kind === "flag") {
    const key = change.details.key;
    return all.filter(
      (other) => other.details.kind === "merge" && other.details.flagKeys.includes(key),
    );
  }
  return change.carries.flatMap((id) => byId.get(id) ?? []);
}

function kindReasons(change: Change, linked: Change[]): string[] {
  const details = change.details;
  const merges = linked.flatMap((one) =>
    one.details.kind === "merge" ? [one.details.number] : [],
  );
  switch (details.kind) {
    case "deploy": {
      const reasons: string[] = [];
      if (merges.length === 1) reasons.push(`It carries one merge, #${merges[0]}.`);
      if (merges.length > 1) {
        reasons.push(
          `It carries ${merges.length} merges: ${merges.map((n) => `#${n}`).join(", ")}.`,
        );
      }
      const settings = settingsChanged(details.templateChanges);
      if (settings.length > 0) reasons.push(`It also changed ${settings.slice(0, 3).join("; ")}.`);
      return reasons;
    }
    case "flag": {
      const reasons: string[] = [];
      if (details.before && details.after) {
        reasons.push(`It went ${flagChangeInWords(details.before, details.after)}.`);
      }
      if (merges.length > 0) {
        reasons.push(`Its code came with ${merges.map((n) => `#${n}`).join(", ")}.`);
      }
      return reasons;
    }
    case "config":
      return [`It changed ${details.keys.join(", ")}.`];
    case "merge":
      return [];
    default:
      return details satisfies never;
  }
}

/** "48 s before harm", "3 h 10 min before harm", "as harm began". */
function distanceInWords(ms: number): string {
  if (ms <= 5_000) return "As harm began";
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s before harm`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min before harm`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h before harm` : `${Math.round(hours / 24)} days before harm`;
}
