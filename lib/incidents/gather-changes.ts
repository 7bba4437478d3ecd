import "server-only";
import { changesById, changesInWindow, mergesMentioning } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Ranking, Suspect } from "@/lib/contracts/suspect";
import { rankSuspects } from "@/lib/rules/rank-suspects";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

export type Gathered = {
  /** Services affected and those they depend on; in a drill, its own alone. */
  services: Service[];
  changes: Change[];
  suspects: Suspect[];
  noRecentChange: Ranking["noRecentChange"];
  onset: Ranking["onset"];
  from: Date;
  to: Date;
};

const LOOK_BACK_MS = 24 * 3_600_000;
/** Nothing need have changed lately when a drill is held: the last deploy is practised on. */
const DRILL_LOOK_BACK_MS = 30 * LOOK_BACK_MS;
const MOST_CHANGES = 400;
const MOST_SUSPECTS = 8;

/** What changed around an incident, and what of it could have caused the harm. */
export async function gatherChanges(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  incident: Incident,
): Promise<Gathered> {
  const all = await listServices(ctx);
  const affected = all.filter((service) => incident.services.includes(service.name));
  // What a drilled service depends on isn't drilled with it.
  const beyond = incident.isDrill ? [] : affected.flatMap((service) => service.dependsOn);
  const near = new Set([...incident.services, ...beyond]);
  const services = all.filter((service) => near.has(service.name));
  const harmBeganAt = Date.parse(incident.harmBeganAt);
  const from = new Date(harmBeganAt - (incident.isDrill ? DRILL_LOOK_BACK_MS : LOOK_BACK_MS));
  const to = incident.resolvedAt ? new Date(incident.resolvedAt) : ctx.now();
  const inWindow = await changesInWindow(ctx.db, {
    services: [...near],
    from,
    to,
    limit: MOST_CHANGES,
  });
  const known = new Set(inWindow.map((change) => change.id));
  const carried = inWindow.flatMap((change) => change.carries).filter((id) => !known.has(id));
  const [byId, behindFlags] = await Promise.all([
    changesById(ctx.db, [...new Set(carried)]),
    mergesMentioning(ctx.db, flagKeysIn(inWindow)),
  ]);
  const more = new Map([...byId, ...behindFlags].map((change) => [change.id, change]));
  const changes = [...inWindow, ...[...more.values()].filter((change) => !known.has(change.id))];
  const ranking = rankSuspects({
    changes,
    affected: incident.services,
    services,
    harmBeganAt,
    harmBeganFrom: incident.harmBeganFrom,
    evidence: IncidentEvidence.parse({}),
    now: to.getTime(),
  });
  const suspects = ranking.suspects.slice(0, MOST_SUSPECTS);
  const { onset, noRecentChange } = ranking;
  return { services, changes, suspects, noRecentChange, onset, from, to };
}

/** Flags that changed: a merge that mentions one belongs to the story, however old it is. */
function flagKeysIn(changes: Change[]): string[] {
  const keys = changes.flatMap(({ details }) => (details.kind === "flag" ? details.key : []));
  return [...new Set(keys)];
}
