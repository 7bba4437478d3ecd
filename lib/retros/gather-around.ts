import "server-only";
import { gatherWindow } from "@/lib/changes/gather-window";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Service } from "@/lib/contracts/service";
import type { Suspect } from "@/lib/contracts/suspect";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import { evidenceOf } from "@/lib/incidents/evidence-store";
import { earlierOn } from "@/lib/incidents/gather-changes";
import { gatherEvidence } from "@/lib/incidents/gather-evidence";
import { rankSuspects } from "@/lib/rules/rank-suspects";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

const LOOK_BACK_MS = 24 * 3_600_000;
const LOOK_ON_MS = 3_600_000;

export type Around = { services: Service[]; changes: Change[]; suspects: Suspect[] };

/**
 * What changed from a day before the harm until an hour after its end on the services hurt and those
 * they depend on, with what it carried, and how it ranks as a suspect by the evidence that was kept.
 */
export async function gatherAround(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  about: {
    number: number;
    incident: Incident;
    entries: TimelineEntry[];
    restorations: Restoration[];
  },
): Promise<Around> {
  const { number, incident, entries, restorations } = about;
  const [all, kept] = await Promise.all([listServices(ctx), evidenceOf(ctx.db, number)]);
  const affected = all.filter(({ name }) => incident.services.includes(name));
  const near = new Set([...incident.services, ...affected.flatMap(({ dependsOn }) => dependsOn)]);
  const services = all.filter(({ name }) => near.has(name));
  const harmBeganAt = Date.parse(incident.harmBeganAt);
  const end = incident.restoredAt ? Date.parse(incident.restoredAt) : ctx.now().getTime();
  const suspectIds = [...new Set(restorations.flatMap(({ suspectId }) => suspectId ?? []))];
  const { changes, mentioning } = await gatherWindow(ctx, {
    services: [...near],
    from: new Date(harmBeganAt - LOOK_BACK_MS),
    to: new Date(end + LOOK_ON_MS),
    alsoIds: suspectIds,
  });
  const earlier = await earlierOn(ctx, number, changes);
  const { suspects } = rankSuspects({
    changes,
    affected: incident.services,
    services,
    harmBeganAt,
    harmBeganFrom: incident.harmBeganFrom,
    evidence: gatherEvidence({
      ...{ incident, kept, entries, changes },
      restorations: [...restorations, ...earlier],
    }),
    now: end,
  });
  const linked = new Set(suspects.flatMap(({ changeIds }) => changeIds));
  // A merge that only mentions a flag of the window belongs to the story only behind a suspect.
  const shown = changes.filter(({ id }) => !mentioning.has(id) || linked.has(id));
  return { services, changes: shown, suspects };
}
