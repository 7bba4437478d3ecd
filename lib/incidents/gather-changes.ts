import "server-only";
import { gatherWindow } from "@/lib/changes/gather-window";
import type { Change } from "@/lib/contracts/change";
import type { Examined, Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Service } from "@/lib/contracts/service";
import type { Ranking, Suspect } from "@/lib/contracts/suspect";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import { listEarlier } from "@/lib/restorations/list-earlier";
import { listRestorations } from "@/lib/restorations/list-restorations";
import { rankSuspects } from "@/lib/rules/rank-suspects";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { evidenceOf, type KeptEvidence } from "./evidence-store";
import { gatherEvidence } from "./gather-evidence";
import { entriesOf } from "./store";

export type Gathered = {
  /** Services affected, those they depend on, and others hurt at the same time; in a drill, its own alone. */
  services: Service[];
  changes: Change[];
  entries: TimelineEntry[];
  restorations: Restoration[];
  suspects: Suspect[];
  noRecentChange: Ranking["noRecentChange"];
  onset: Ranking["onset"];
  examined: Examined;
  from: Date;
  to: Date;
};

/** A leak or a queue that fills takes hours to hurt. */
const LOOK_BACK_MS = 24 * 3_600_000;
/** Nothing need have changed lately when a drill is held: the last deploy is practised on. */
const DRILL_LOOK_BACK_MS = 30 * LOOK_BACK_MS;
/** Signals may show that harm began a little later than it is said. */
const UNSURE_MS = 600_000;
const MOST_SUSPECTS = 8;
/** How far down dependencies are followed. */
const DEPTH = 3;
/** A signal that is bad in this many points, from this long before harm, is hurt too. */
const SUSTAINED = 2;
const AROUND_MS = 600_000;

/**
 * What changed around an incident, and what of it could have caused the harm, from the ledger and from
 * the evidence that was last kept: no source is asked.
 */
export async function gatherChanges(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  { number, incident }: { number: number; incident: Incident },
): Promise<Gathered> {
  const [all, kept, entries, restorations] = await Promise.all([
    listServices(ctx),
    evidenceOf(ctx.db, number),
    entriesOf(ctx.db, number),
    listRestorations(ctx, number),
  ]);
  const services = nearOf(all, incident, kept);
  const from = startOf(incident);
  const to = incident.resolvedAt ? new Date(incident.resolvedAt) : ctx.now();
  const { changes } = await gatherWindow(ctx, {
    services: [...new Set([...incident.services, ...services.map(({ name }) => name)])],
    ...{ from, to, moment: new Date(Date.parse(incident.harmBeganAt) + UNSURE_MS) },
  });
  const evidence = gatherEvidence({
    ...{ incident, kept, entries, changes },
    restorations: [...restorations, ...(await earlierOn(ctx, number, changes))],
  });
  const { suspects, noRecentChange, onset } = rankSuspects({
    changes,
    affected: incident.services,
    services,
    harmBeganAt: Date.parse(incident.harmBeganAt),
    harmBeganFrom: incident.harmBeganFrom,
    evidence,
    now: to.getTime(),
  });
  return {
    ...{ services, changes, entries, restorations, noRecentChange, onset, from, to },
    suspects: suspects.slice(0, MOST_SUSPECTS),
    examined: examinedOf(kept),
  };
}

function startOf(incident: Incident): Date {
  const lookBackMs = incident.isDrill ? DRILL_LOOK_BACK_MS : LOOK_BACK_MS;
  return new Date(Date.parse(incident.harmBeganAt) - lookBackMs);
}

/** What a drilled service depends on isn't drilled with it. */
function nearOf(all: Service[], incident: Incident, kept: KeptEvidence | null): Service[] {
  const near = new Set(incident.services);
  if (!incident.isDrill) {
    for (let depth = 0; depth < DEPTH; depth += 1) {
      const below = all.filter(({ name }) => near.has(name)).flatMap(({ dependsOn }) => dependsOn);
      for (const name of below) near.add(name);
    }
    // What is hurt at the same time may have the same cause.
    for (const trace of kept?.traces ?? []) if (isHurt(trace, incident)) near.add(trace.service);
  }
  return all.filter(({ name }) => near.has(name));
}

function isHurt(trace: KeptEvidence["traces"][number], incident: Incident): boolean {
  const since = Date.parse(incident.harmBeganAt) - AROUND_MS;
  const { points, threshold, harmWhen } = trace;
  const bad = points.filter(
    ([at, value]) =>
      at >= since &&
      value !== null &&
      (harmWhen === "above" ? value > threshold : value < threshold),
  );
  return bad.length >= SUSTAINED;
}

/** What other incidents did about these Changes. */
export async function earlierOn(
  ctx: Pick<Ctx, "db">,
  number: number,
  changes: Change[],
): Promise<Restoration[]> {
  const suspectIds = changes.filter(({ kind }) => kind !== "merge").map(({ id }) => id);
  return listEarlier(ctx, { suspectIds, exceptIncident: number });
}

function examinedOf(kept: KeptEvidence | null): Examined {
  return {
    at: kept?.examinedAt?.toISOString() ?? null,
    problems: (kept?.traces ?? []).flatMap(({ service, problem, readAt }) =>
      problem === null ? [] : { service, sentence: problem, readAt },
    ),
  };
}
