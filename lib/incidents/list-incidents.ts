import "server-only";
import type { Incident, IncidentStatus } from "@/lib/contracts/incident";
import type { Page } from "@/lib/contracts/page";
import type { Ctx } from "@/lib/server/context";
import { incidentPage } from "./store";

/** One page of incidents, newest first; at most 100. */
export async function listIncidents(
  ctx: Pick<Ctx, "db">,
  query: {
    statuses?: IncidentStatus[] | undefined;
    after?: string | undefined;
    limit?: number | undefined;
  },
): Promise<Page<Incident>> {
  return incidentPage(ctx.db, { ...query, limit: Math.min(query.limit ?? 30, 100) });
}
