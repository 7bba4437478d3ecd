import "server-only";
import { changesById, changesInWindow, mergesMentioning } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Suspect } from "@/lib/contracts/suspect";
import { rankSuspects } from "@/lib/rules/rank-suspects";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

const LOOK_BACK_MS = 24 * 3_600_000;
const LOOK_ON_MS = 3_600_000;
const MOST_CHANGES = 400;

export type Around = { services: Service[]; changes: Change[]; suspects: Suspect[] };

/**
 * What changed from a day before the harm until an hour after its end on the services hurt and those
 * they depend on, with what it carried, and how it ranks as a suspect.
 */
export async function gatherAround(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  incident: Incident,
  suspectIds: string[],
): Promise<Around> {
  const all = await listServices(ctx);
  const affected = all.filter(({ name }) => incident.services.includes(name));
  const near = new Set([...incident.services, ...affected.flatMap(({ dependsOn }) => dependsOn)]);
  const services = all.filter(({ name }) => near.has(name));
  const harmBeganAt = Date.parse(incident.harmBeganAt);
  const end = incident.restoredAt ? Date.parse(incident.restoredAt) : ctx.now().getTime();
  const inWindow = await changesInWindow(ctx.db, {
    services: [...near],
    from: new Date(harmBeganAt - LOOK_BACK_MS),
    to: new Date(end + LOOK_ON_MS),
    limit: MOST_CHANGES,
  });
  const known = new Set(inWindow.map(({ id }) => id));
  const wanted = [...suspectIds, ...inWindow.flatMap(({ carries }) => carries)];
  const flagKeys = inWindow.flatMap(({ details }) => (details.kind === "flag" ? details.key : []));
  const [byId, behindFlags] = await Promise.all([
    changesById(ctx.db, [...new Set(wanted.filter((id) => !known.has(id)))]),
    mergesMentioning(ctx.db, [...new Set(flagKeys)]),
  ]);
  const more = new Map([...byId, ...behindFlags].map((change) => [change.id, change]));
  const changes = [...inWindow, ...[...more.values()].filter(({ id }) => !known.has(id))];
  const { suspects } = rankSuspects({
    changes,
    affected: incident.services,
    services,
    harmBeganAt,
    harmBeganFrom: incident.harmBeganFrom,
    evidence: IncidentEvidence.parse({}),
    now: end,
  });
  const linked = new Set(suspects.flatMap(({ changeIds }) => changeIds));
  // A merge that only mentions a flag of the window belongs to the story only behind a suspect.
  const shown = changes.filter(({ id }) => known.has(id) || linked.has(id) || wanted.includes(id));
  return { services, changes: shown, suspects };
}
