import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { healthOf } from "@/lib/changes/health-store";
import type { Incident } from "@/lib/contracts/incident";
import type { UnhealthyPods } from "@/lib/contracts/incident-evidence";
import type { Service, SignalSpec } from "@/lib/contracts/service";
import { SourceError } from "@/lib/integrations/source-error";
import { counted } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { evidenceOf, type KeptTrace, saveEvidence } from "./evidence-store";
import { findIncident } from "./store";

type Signalled = Service & { signal: SignalSpec };
type Window = { from: Date; to: Date };

const HOUR_MS = 3_600_000;
const LOOK_BACK_MS = 2 * HOUR_MS;
/** Where nobody has seen when harm began, it may have begun long before somebody noticed. */
const UNSEEN_LOOK_BACK_MS = 6 * HOUR_MS;
const LOOK_ON_MS = 2 * HOUR_MS;
const AFTER_END_MS = 600_000;
const MOST_POINTS = 300;
const LEAST_STEP_SECONDS = 5;
const MOST_SERVICES = 16;
/** What a silent source says comes with the next look. */
const PATIENCE_MS = 3_000;

/**
 * Reads what is known around an incident besides its Changes, and keeps it: the signals around the
 * start of harm of the services hurt, of those they depend on and of others, and pods that are
 * missing. What a source says is kept as soon as it has said it; a silent one leaves what it said
 * before. Returns the incident, or null when there is none of that number.
 */
export async function examineIncident(ctx: Ctx, number: number): Promise<Incident | null> {
  const incident = await findIncident(ctx.db, number);
  if (!incident) return null;
  const [services, kept] = await Promise.all([listServices(ctx), evidenceOf(ctx.db, number)]);
  const near = nearestFirst(services, incident);
  const window = windowOf(incident, ctx.now());
  const traces = new Map((kept?.traces ?? []).map((trace) => [trace.service, trace]));
  const unhealthy = mergePods(kept?.unhealthy ?? [], await missingPods(ctx, near));
  const save = () =>
    saveEvidence(ctx.db, number, {
      traces: [...traces.values()],
      unhealthy,
      examinedAt: ctx.now(),
    });
  const signalled = near
    .filter((service): service is Signalled => service.signal !== null)
    .slice(0, MOST_SERVICES);
  // One writer at a time, so that a later answer isn't overwritten by an earlier one.
  let saving = Promise.resolve();
  await Promise.all(
    [...new Set(signalled.map(({ signal }) => signal.source))].map(async (source) => {
      const own = signalled.filter(({ signal }) => signal.source === source);
      const read = await Promise.all(own.map((one) => readTrace(ctx, one, window)));
      for (const trace of read) traces.set(trace.service, latest(traces.get(trace.service), trace));
      saving = saving.then(save);
      await saving;
    }),
  );
  if (signalled.length === 0) await save();
  ctx.publish("incident", incident.id);
  return incident;
}

/**
 * The services hurt, those they depend on, those that depend on them, then all others; in a drill its own
 * alone.
 */
function nearestFirst(services: Service[], incident: Incident): Service[] {
  const hurt = services.filter(({ name }) => incident.services.includes(name));
  if (incident.isDrill) return hurt;
  const below = new Set(hurt.flatMap(({ dependsOn }) => dependsOn));
  const distance = (service: Service) => {
    if (incident.services.includes(service.name)) return 0;
    if (below.has(service.name)) return 1;
    return service.dependsOn.some((name) => incident.services.includes(name)) ? 2 : 3;
  };
  return services.toSorted((a, b) => distance(a) - distance(b));
}

function windowOf(incident: Incident, now: Date): Window {
  const began = Date.parse(incident.harmBeganAt);
  const isSeen = incident.harmBeganFrom === "signal" || incident.harmBeganFrom === "person";
  const ended = incident.restoredAt ? Date.parse(incident.restoredAt) + AFTER_END_MS : Infinity;
  const from = began - (isSeen ? LOOK_BACK_MS : UNSEEN_LOOK_BACK_MS);
  const to = Math.min(now.getTime(), began + LOOK_ON_MS, ended);
  return { from: new Date(from), to: new Date(Math.max(to, from + HOUR_MS)) };
}

function stepOf({ from, to }: Window): number {
  const seconds = (to.getTime() - from.getTime()) / 1_000;
  return Math.max(LEAST_STEP_SECONDS, Math.ceil(seconds / MOST_POINTS / 5) * 5);
}

async function readTrace(
  ctx: Pick<Ctx, "sources" | "now">,
  { name, signal }: Signalled,
  { from, to }: Window,
): Promise<KeptTrace> {
  const { title, query, threshold, harmWhen } = signal;
  const frame = { service: name, title, threshold, harmWhen };
  const silent = (problem: string): KeptTrace => ({ ...frame, points: [], readAt: null, problem });
  try {
    const source = ctx.sources.get("signals", signal.source);
    const points = await Promise.race([
      source.range({ query, from, to, stepSeconds: stepOf({ from, to }) }),
      sleep(PATIENCE_MS, null, { ref: false }),
    ]);
    if (points === null) return silent(`${signal.source} doesn't answer.`);
    if (points.length === 0) return silent("The query gives no series in this window.");
    return { ...frame, points, readAt: ctx.now().toISOString(), problem: null };
  } catch (error) {
    if (error instanceof SourceError || error instanceof Refusal) return silent(error.sentence);
    throw error;
  }
}

/** What was read before stays while its source is silent. */
function latest(before: KeptTrace | undefined, read: KeptTrace): KeptTrace {
  return read.readAt === null && before && before.readAt !== null
    ? { ...before, problem: read.problem }
    : read;
}

async function missingPods(ctx: Pick<Ctx, "db">, services: Service[]): Promise<UnhealthyPods[]> {
  const seen = await healthOf(
    ctx.db,
    services.flatMap(({ deployments }) => deployments),
  );
  return seen.flatMap(({ deployment, health }) => {
    const { unhealthySince: since, desired, available, state, sentence } = health;
    if (since === null) return [];
    const { source, namespace, name } = deployment;
    const missing = desired - available;
    const words =
      state === "stuck" || missing <= 0
        ? sentence
        : `${missing} of ${counted(desired, "pod")} not available`;
    return [{ source, namespace, deployment: name, since, sentence: words }];
  });
}

/** Pods that have come back since were missing all the same; the first time is what tells. */
function mergePods(before: UnhealthyPods[], now: UnhealthyPods[]): UnhealthyPods[] {
  const keyOf = (one: UnhealthyPods) => `${one.source} ${one.namespace} ${one.deployment}`;
  const merged = new Map(before.map((one) => [keyOf(one), one]));
  for (const one of now) {
    const known = merged.get(keyOf(one));
    merged.set(keyOf(one), {
      ...one,
      since: known && known.since < one.since ? known.since : one.since,
    });
  }
  return [...merged.values()];
}
