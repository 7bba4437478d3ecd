import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence, SignalTrace } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Onset } from "@/lib/contracts/suspect";
import { changePoints, type ServiceOnset } from "@/lib/rules/detect-onset";

/** What every kind of evidence looks at: the incident, sorted so that no order of input matters. */
export type World = {
  onset: Onset;
  now: number;
  /** By time, then id; each id once. */
  changes: Change[];
  byId: ReadonlyMap<string, Change>;
  affected: string[];
  services: ReadonlyMap<string, Service>;
  /** Everything that a service depends on, however far, with the number of steps. */
  reach: ReadonlyMap<string, ReadonlyMap<string, number>>;
  traces: ReadonlyMap<string, SignalTrace>;
  /** Services whose signal turned bad around the start of harm, with their change points. */
  turned: ReadonlyMap<string, ServiceOnset>;
  /** Affected by name, or by a signal that turned bad around the start of harm. */
  hurt: string[];
  /** The change point that the onset rests on; null when no signal shows one. */
  course: ServiceOnset | null;
  evidence: IncidentEvidence;
};

const HOUR_MS = 3_600_000;
/** A dependency may have been bad this long before those above it felt it. */
const FELT_LATER_MS = 2 * HOUR_MS;
const FARTHEST = 4;

/** Sorts the input and works out what several kinds of evidence need. */
export function buildWorld(input: {
  changes: readonly Change[];
  affected: readonly string[];
  services: readonly Service[];
  evidence: IncidentEvidence;
  onset: Onset;
  now: number;
}): World {
  const { onset } = input;
  const changes = inOneOrder(input.changes);
  const services = new Map(
    input.services
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((service) => [service.name, service]),
  );
  const traces = tracesByService(input.evidence.signals);
  const turned = new Map(
    changePoints([...traces.values()], [...traces.keys()], onset.at)
      .filter(({ at, lastBadAt }) => at >= onset.earliest - FELT_LATER_MS && lastBadAt >= onset.at)
      .map((one) => [one.service, one]),
  );
  const affected = [...new Set(input.affected)].sort();
  return {
    ...{ onset, now: input.now, changes, affected, services, traces, turned },
    hurt: [...new Set([...affected, ...turned.keys()])].sort(),
    byId: new Map(changes.map((change) => [change.id, change])),
    reach: new Map([...services.keys()].map((name) => [name, reachOf(name, services)])),
    course: onset.from === "signal" ? courseOf(affected, turned, onset) : null,
    evidence: input.evidence,
  };
}

/** By time and id, each id once; whatever is told twice counts once. */
function inOneOrder(changes: readonly Change[]): Change[] {
  const sorted = changes.toSorted((a, b) => order(a.at, b.at) || order(a.id, b.id));
  const once = new Map<string, Change>();
  for (const change of sorted) {
    const other = once.get(change.id);
    if (!other || order(JSON.stringify(change), JSON.stringify(other)) < 0) {
      once.set(change.id, change);
    }
  }
  return [...once.values()];
}

/** By code units: the same on every machine, and fast. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One trace per service: the fullest of those told. */
function tracesByService(traces: readonly SignalTrace[]): Map<string, SignalTrace> {
  const byService = new Map<string, SignalTrace>();
  for (const trace of traces) {
    const other = byService.get(trace.service);
    const isFuller =
      !other ||
      trace.points.length > other.points.length ||
      (trace.points.length === other.points.length &&
        order(JSON.stringify(trace), JSON.stringify(other)) < 0);
    if (isFuller) byService.set(trace.service, trace);
  }
  return new Map([...byService].sort(([a], [b]) => order(a, b)));
}

function reachOf(name: string, services: ReadonlyMap<string, Service>): Map<string, number> {
  const reach = new Map<string, number>();
  let edge = [name];
  for (let step = 1; step <= FARTHEST && edge.length > 0; step += 1) {
    const next = edge.flatMap((one) => services.get(one)?.dependsOn ?? []);
    edge = [...new Set(next)].filter((one) => one !== name && !reach.has(one));
    for (const one of edge) reach.set(one, step);
  }
  return reach;
}

function courseOf(
  affected: string[],
  turned: ReadonlyMap<string, ServiceOnset>,
  onset: Onset,
): ServiceOnset | null {
  const points = affected.flatMap((name) => turned.get(name) ?? []);
  return points.find(({ at }) => at === onset.at) ?? points[0] ?? null;
}
