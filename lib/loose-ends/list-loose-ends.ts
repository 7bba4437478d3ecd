import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";
import { listRestorations } from "@/lib/restorations/list-restorations";
import { laterChanges } from "@/lib/retros/ledger-store";
import { findLooseEnds, unmergedReverts, watchedSubjects } from "@/lib/rules/find-loose-ends";
import type { Ctx } from "@/lib/server/context";
import { gatherLeft } from "./gather-left";
import { openIncidents } from "./store";

type Reading = Pick<Ctx, "db" | "now">;

/**
 * What an incident's Restorations and freezes left open, oldest first, closed ones too; from the database
 * alone. `known`: what the caller has read of it already.
 */
export async function listLooseEnds(
  ctx: Reading,
  incidentNumber: number,
  known: { restorations?: readonly Restoration[]; freezes?: readonly Freeze[] } = {},
): Promise<LooseEnd[]> {
  const restorations = known.restorations ?? (await listRestorations(ctx, incidentNumber));
  // Nothing was pulled and nothing frozen: that is most incidents, most of the time.
  if (restorations.length === 0 && known.freezes?.length === 0) return [];
  const [left, changes] = await Promise.all([
    gatherLeft(ctx, incidentNumber, known.freezes),
    laterChanges(ctx.db, {
      watched: watchedSubjects(restorations),
      reverts: unmergedReverts(restorations),
    }),
  ]);
  return findLooseEnds({ ...left, incidentId: `INC-${incidentNumber}`, restorations, changes });
}

/** What is open and not waived of every incident that isn't over, those of the newest first. */
export async function listOpenLooseEnds(ctx: Reading): Promise<LooseEnd[]> {
  const numbers = await openIncidents(ctx.db);
  const all = await Promise.all(numbers.map((number) => listLooseEnds(ctx, number)));
  return all.flat().filter(({ closedAt, waived }) => closedAt === null && waived === null);
}
