import "server-only";
import type { EvidenceView } from "@/lib/contracts/kept-evidence";
import { getIncident } from "@/lib/incidents/get-incident";
import { getRestoration } from "@/lib/restorations/get-restoration";
import type { Ctx } from "@/lib/server/context";
import { beingKept, listKept, type OfWhat } from "./store";

/**
 * What is kept of an incident or of one Restoration, without its contents. Refusals `unknown-incident`,
 * `unknown-restoration`.
 */
export async function listEvidence(
  ctx: Pick<Ctx, "db" | "now">,
  of: { incidentId: string } | { restorationId: string },
): Promise<EvidenceView> {
  const what: OfWhat =
    "incidentId" in of
      ? { incidentNumber: (await getIncident(ctx, of.incidentId)).number }
      : { restorationNumber: (await getRestoration(ctx, of.restorationId)).number };
  // In this order: what isn't under way any more is in the list.
  const underWay = await beingKept(ctx.db, what);
  const kept = await listKept(ctx.db, what, ctx.now());
  return { kept, underWay };
}
