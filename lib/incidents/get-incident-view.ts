import "server-only";
import type { IncidentView } from "@/lib/contracts/incident";
import { listFreezesOf } from "@/lib/freezes/list-freezes";
import { listLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import type { Ctx } from "@/lib/server/context";
import { costOfFreezes } from "./cost-of-freezes";
import { gatherChanges } from "./gather-changes";
import { getIncident } from "./get-incident";

/** All the incident page shows except signal and levers, from the ledger alone: no source is asked. */
export async function getIncidentView(ctx: Ctx, input: { id: string }): Promise<IncidentView> {
  const found = await getIncident(ctx, input.id);
  const [{ from, to, ...gathered }, freezes] = await Promise.all([
    gatherChanges(ctx, found),
    listFreezesOf(ctx, found.number),
  ]);
  const { restorations } = gathered;
  const looseEnds = await listLooseEnds(ctx, found.number, { restorations, freezes });
  return {
    incident: found.incident,
    ...gathered,
    freezes: await costOfFreezes(ctx, { freezes, looseEnds, restorations }),
    looseEnds,
    from: from.toISOString(),
    to: to.toISOString(),
  };
}
