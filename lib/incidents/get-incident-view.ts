import "server-only";
import type { IncidentView } from "@/lib/contracts/incident";
import { listRestorations } from "@/lib/restorations/list-restorations";
import type { Ctx } from "@/lib/server/context";
import { gatherChanges } from "./gather-changes";
import { getIncident } from "./get-incident";
import { entriesOf } from "./store";

/** All the incident page shows except signal and levers, from the ledger alone: no source is asked. */
export async function getIncidentView(ctx: Ctx, input: { id: string }): Promise<IncidentView> {
  const { number, incident } = await getIncident(ctx, input.id);
  const [gathered, entries, restorations] = await Promise.all([
    gatherChanges(ctx, incident),
    entriesOf(ctx.db, number),
    listRestorations(ctx, number),
  ]);
  return {
    incident,
    services: gathered.services,
    entries,
    changes: gathered.changes,
    suspects: gathered.suspects,
    noRecentChange: gathered.noRecentChange,
    onset: gathered.onset,
    restorations,
    from: gathered.from.toISOString(),
    to: gathered.to.toISOString(),
  };
}
